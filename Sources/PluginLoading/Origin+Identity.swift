extension Origin {
    /// The identity of the file's code; nil if it is not known.
    ///
    /// A library or a program that was built again from the same source by the same compiler has the same one. For the
    /// library that contains this code it is that of the build.
    package var codeIdentity: ImageIdentity? {
        switch self {
        case .library(let library):
            LoadedImage.all().first {
                $0.absolutePath == library.path
                    && ImageRegistry.shared.identity(ofImageAt: $0.base) == library.identity
            }.flatMap { ImageRegistry.shared.codeIdentity(ofImageAt: $0.base) }
        case .program: LoadedImage.all().first.flatMap { ImageRegistry.shared.codeIdentity(ofImageAt: $0.base) }
        case .runtime: LoadedImage.base(of: #dsohandle).flatMap { ImageRegistry.shared.identity(ofImageAt: $0) }
        }
    }
}
