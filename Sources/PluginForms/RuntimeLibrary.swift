internal import CLinux
internal import Glibc
internal import PluginLoading

/// The library that contains this code, `libMPIFutures.so`, and the files next to it.
struct RuntimeLibrary: Sendable {
    /// The directory of the library's file, without symbolic links.
    let directory: String
    /// The build, in hexadecimal digits.
    let identity: String

    /// The library; nil if the loader does not know it, as in a statically linked program.
    static var current: RuntimeLibrary? {
        var information = clinux_dl_info()
        let address = unsafeBitCast(marker, to: UnsafeRawPointer.self)
        guard clinux_dladdr(address, &information) != 0, let file = information.file,
            let real = realpath(file, nil)
        else { return nil }
        defer { free(real) }
        let path = String(cString: real)
        guard let image = try? ELFImage(path: path) else { return nil }
        return RuntimeLibrary(directory: absoluteDirectory(ofFile: path), identity: "\(image.identity)")
    }

    /// The compiler's options with which it finds the modules and the library, in an installation or a build; nil if
    /// they are not there.
    var searchOptions: [String]? {
        let link = ["-L", directory, "-lMPIFutures"]
        let installed = "\(directory)/mpifutures/swift"
        if access("\(installed)/MPIFutures.swiftmodule", F_OK) == 0 { return ["-I", installed] + link }
        let built = "\(directory)/Modules"
        guard access("\(built)/MPIFutures.swiftmodule", F_OK) == 0 else { return nil }
        var ancestor = directory[...]
        while let slash = ancestor.lastIndex(of: "/") {
            ancestor = ancestor[..<slash]
            // In a build, the headers of the C modules are in the sources.
            if access("\(ancestor)/Sources/CMPI/include", F_OK) == 0 {
                let headers = paths(matching: "\(ancestor)/Sources/C*/include")
                return ["-I", built] + headers.flatMap { ["-I", $0] } + link
            }
        }
        return nil
    }
}

private func paths(matching pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
}

/// An address in this image.
private let marker: @convention(c) () -> Void = {}
