internal import CLinux
internal import Glibc
internal import Linux
internal import PluginLoading

/// The compiler for scripts, and the options with which it finds `MPIFutures`.
struct Toolchain {
    /// The path of `swiftc`.
    let compiler: String
    /// The options with which the compiler finds `MPIFutures`.
    let search: [String]
    /// The user's own options: `MPIFUTURES_SWIFTFLAGS`, separated by spaces.
    let userOptions: [String]
    /// The identity of the compiler and of the library for which it compiles. It is part of a compiled script's key.
    ///
    /// The compiler's file identifies it. That is cheaper than asking for its version, and more precise.
    let identity: String

    /// - Parameter path: The script, for messages.
    /// - Throws: `notCompiled` if there is no compiler, or if the modules are not where the library is.
    init(forScript path: String) throws(PluginError) {
        let name = Environment.nonEmpty("SWIFTC") ?? "swiftc"
        guard let compiler = Self.find(name) else {
            let reason = "a Swift file needs a compiler, and there is no \(quoted(name)) in PATH; SWIFTC may name one"
            throw .cannotLoad(path, .notCompiled, reason)
        }
        guard let library = RuntimeLibrary.current, let search = library.searchOptions else {
            let reason = "the modules for its compiler are not where libMPIFutures.so is; was that moved?"
            throw .cannotLoad(path, .notCompiled, reason)
        }
        self.compiler = compiler
        self.search = search
        userOptions = (Environment.nonEmpty("MPIFUTURES_SWIFTFLAGS") ?? "").split(separator: " ").map(String.init)
        var status = stat()
        stat(compiler, &status)
        let file = "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec)"
        identity = ([compiler, file, library.identity] + search + userOptions).joined(separator: "\n")
    }

    /// Returns a program's path without resolving links, since the compiler's behaviour depends on the name by which it
    /// is called.
    private static func find(_ name: String) -> String? {
        if name.contains("/") { return clinux_check_executable(name) == 0 ? name : nil }
        for directory in (Environment.nonEmpty("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
            let path = "\(directory)/\(name)"
            if clinux_check_executable(path) == 0 { return path }
        }
        return nil
    }
}
