internal import Glibc
internal import Waiting

/// Where the program's own files are.
package enum PluginDirectory {
    /// The same for C, and for processes that the program starts.
    package static let variable = "MPIFUTURES_PLUGIN_DIRECTORY"

    private static let known = Locked<String?>(nil)

    /// Says where they are; what is to find them has not been loaded yet.
    package static func set(_ path: String) {
        known.withLock { $0 = path }
        setenv(variable, path, 1)
    }

    /// Takes the directory of a library for that of the program, if nothing else is known: calls may name libraries
    /// where there is no plugin, and the first of them counts.
    static func propose(ofLibrary path: String) {
        let directory = absoluteDirectory(ofFile: path)
        let isNew = known.withLock { known in
            defer { known = known ?? directory }
            return known == nil
        }
        if isNew { setenv(variable, directory, 1) }
    }

    /// That of the executable if there is no plugin.
    package static var current: String { known.withLock { $0 } ?? ofExecutable }

    private static var ofExecutable: String {
        symbolicLinkTarget("/proc/self/exe").map(absoluteDirectory(ofFile:)) ?? "/"
    }
}

/// The directory part of a path, absolute and without symbolic links, so that it outlives a change of the directory.
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
