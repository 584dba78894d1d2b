internal import Glibc

/// The arguments of this process.
///
/// Not from Swift's `CommandLine`: that remembers what it has shown once, and the plugin's program is to see its own.
package enum OwnCommandLine {
    package static var arguments: [String] { words.map { String(decoding: $0, as: UTF8.self) } }

    /// As they are: a file's name need not be text.
    package static var words: [ArraySlice<UInt8>] {
        let descriptor = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        if bytes.last == 0 { bytes.removeLast() }
        return bytes.split(separator: 0, omittingEmptySubsequences: false)
    }

    /// The path of this process's program.
    static var executable: String {
        guard let path = realpath("/proc/self/exe", nil) else { return "/proc/self/exe" }
        defer { free(path) }
        return String(cString: path)
    }
}
