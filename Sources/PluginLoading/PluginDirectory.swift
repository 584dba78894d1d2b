internal import Glibc
internal import Waiting

/// The directory of the program's own files.
package enum PluginDirectory {
    /// The environment variable that tells the directory to C code and to processes that the program starts.
    package static let variable = "MPIFUTURES_PLUGIN_DIRECTORY"

    private static let known = Locked<String?>(nil)

    /// Sets the directory. Call it before the code that reads the directory is loaded.
    package static func set(_ path: String) {
        known.withLock { $0 = path }
        setenv(variable, path, 1)
    }

    /// Sets the directory to that of a library, if no other is known. Calls may name libraries without a plugin, and
    /// the first of these counts.
    static func propose(ofLibrary path: String) {
        let directory = absoluteDirectory(ofFile: path)
        let isNew = known.withLock { known in
            defer { known = known ?? directory }
            return known == nil
        }
        if isNew { setenv(variable, directory, 1) }
    }

    /// The directory; that of the executable if there is no plugin.
    package static var current: String { known.withLock { $0 } ?? ofExecutable }

    private static var ofExecutable: String {
        symbolicLinkTarget("/proc/self/exe").map(absoluteDirectory(ofFile:)) ?? "/"
    }
}

/// Returns the directory of a file, absolute and without symbolic links, so that it stays valid if the working
/// directory changes.
package func absoluteDirectory(ofFile path: String) -> String {
    let directory: String
    switch path.lastIndex(of: "/") {
    case nil: directory = "."
    case path.startIndex?: directory = "/"
    case let slash?: directory = String(path[..<slash])
    }
    guard let real = realpath(directory, nil) else { return directory }
    defer { free(real) }
    return String(cString: real)
}

/// Returns the path of a file as an absolute one. A link as the last component stays.
package func absolutePath(_ path: String) -> String {
    guard !path.isEmpty else { return path }
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let directory = absoluteDirectory(ofFile: path)
    return directory == "/" ? "/\(name)" : "\(directory)/\(name)"
}
