import Glibc

/// The file that contains a piece of code of this process.
package enum Origin: Hashable, Sendable {
    /// The program itself.
    case program
    /// The library that contains this code. Every worker has it.
    case runtime
    /// Another library, with an absolute path.
    case library(LibraryBuild)

    /// Finds the origin of a declared type, which for a specialisation is that of the generic type. Returns nil for
    /// tuples, functions and the like, and for a library whose file is gone.
    package init?(of type: Any.Type) {
        guard let descriptor = TypeDescriptor(of: type) else { return nil }
        self.init(of: descriptor.address)
    }

    /// Finds the origin of a C task: a function that the program exports and that calls functions of this library.
    ///
    /// Returns nil for any other function, so that a misspelt name does not call a function of the system's libraries.
    package init?(ofTask function: String) {
        guard let address = dlsym(nil, function), let origin = Origin(of: address) else { return nil }
        if case .library(let library) = origin {
            guard let symbols = try? ELFSymbols(path: library.path),
                symbols.needed.contains(where: { $0.hasPrefix("mpifutures_") })
            else { return nil }
        }
        self = origin
    }

    /// Finds the origin of a plugin's functions.
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
    /// The path of the library that contains this code, or of the program if the library is part of it.
    package static var pathOfRuntime: String? {
        let base = base(of: #dsohandle)
        return all().first { $0.base == base }?.absolutePath
    }

    /// Returns the absolute path of the first loaded library whose file name begins with a text.
    package static func path(ofLibrary beginning: String) -> String? {
        all().first { $0.name.hasPrefix(beginning) }?.absolutePath
    }

    /// Whether the program itself needs functions of the library that contains this code, or is linked with that code.
    package static var isRuntimeUsedByProgram: Bool {
        guard let program = all().first, program.base != base(of: #dsohandle),
            let symbols = try? ELFSymbols(path: "/proc/self/exe")
        else { return true }
        return symbols.needed.contains { $0.hasPrefix("mpifutures_") || $0.hasPrefix("$s10MPIFutures") }
    }

    /// The absolute path. A link as the last component stays, since other hosts may have a link of that name, too.
    var absolutePath: String {
        if let program = symbolicLinkTarget("/proc/self/exe"), path == "/proc/self/exe" { return program }
        return "\(absoluteDirectory(ofFile: path))/\(name)"
    }
}
