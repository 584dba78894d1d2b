import Glibc

/// The file that something in this process comes from.
package enum Origin: Hashable, Sendable {
    /// The program itself.
    case program
    /// The library that this code is in, which every worker has.
    case runtime
    /// Another library, with an absolute path.
    case library(LibraryBuild)

    /// Where a declared type is from, the generic one for a specialisation of it; nil for tuples, functions and the like,
    /// and for a library whose file is gone.
    package init?(of type: Any.Type) {
        guard let descriptor = TypeDescriptor(of: type) else { return nil }
        self.init(of: descriptor.address)
    }

    /// Where a C task is from: a function that the program can name, and that calls functions of this library.
    ///
    /// Nil if there is none. So a misspelt name is not taken for some function of the system's libraries.
    package init?(ofTask function: String) {
        guard let address = dlsym(nil, function), let origin = Origin(of: address) else { return nil }
        if case .library(let library) = origin {
            guard let symbols = try? ELFSymbols(path: library.path),
                symbols.needed.contains(where: { $0.hasPrefix("mpifutures_") })
            else { return nil }
        }
        self = origin
    }

    /// Where the functions of a plugin are from.
    package init?(of plugin: Plugin) { self.init(imageAt: plugin.imageBase) }

    private init?(of address: UnsafeRawPointer) {
        guard let base = LoadedImage.base(of: address) else { return nil }
        self.init(imageAt: base)
    }

    private init?(imageAt base: UInt) {
        let images = LoadedImage.all()
        if base == images.first?.base {
            self = .program
        } else if base == LoadedImage.base(of: #dsohandle) {
            self = .runtime
        } else {
            guard let image = images.first(where: { $0.base == base }),
                let identity = ImageRegistry.shared.identity(ofImageAt: base)
            else { return nil }
            self = .library(LibraryBuild(identity: identity, path: image.absolutePath))
        }
    }
}

extension LoadedImage {
    /// The path of the library that this code is in; of the program, if it is part of that.
    package static var pathOfRuntime: String? {
        let base = base(of: #dsohandle)
        return all().first { $0.base == base }?.absolutePath
    }

    /// The path from the root on. The name of the file is left as it is: that of a link may be what other hosts have too.
    fileprivate var absolutePath: String {
        if let program = symbolicLinkTarget("/proc/self/exe"), path == "/proc/self/exe" { return program }
        return "\(absoluteDirectory(ofFile: path))/\(name)"
    }
}
