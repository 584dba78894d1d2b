internal import Glibc
internal import Linux

/// The arguments of this process.
///
/// Swift's `CommandLine` cannot be used here: it keeps the arguments that it has returned first, and the plugin's
/// program must see its own.
package enum OwnCommandLine {
    package static var arguments: [String] { words.map { String(decoding: $0, as: UTF8.self) } }

    /// The arguments as bytes, since a file name need not be UTF-8.
    package static var words: [ArraySlice<UInt8>] {
        var bytes = SystemFile.bytes(of: "/proc/self/cmdline")
        if bytes.last == 0 { bytes.removeLast() }
        return bytes.split(separator: 0, omittingEmptySubsequences: false)
    }

    /// The path of this process's executable.
    static var executable: String {
        guard let path = realpath("/proc/self/exe", nil) else { return "/proc/self/exe" }
        defer { free(path) }
        return String(cString: path)
    }
}
