internal import Glibc
internal import Waiting

/// Where the program's own files are, as the launcher knows it.
package enum PluginDirectory {
    /// The same for C, and for processes that the program starts.
    package static let variable = "MPIFUTURES_PLUGIN_DIRECTORY"

    private static let known = Locked<String?>(nil)

    package static func set(_ path: String) { known.withLock { $0 = path } }

    static var current: String { known.withLock { $0 } ?? ofExecutable }

    private static var ofExecutable: String {
        let text = OwnCommandLine.executable
        return text.lastIndex(of: "/").map { $0 == text.startIndex ? "/" : String(text[..<$0]) } ?? "/"
    }
}
