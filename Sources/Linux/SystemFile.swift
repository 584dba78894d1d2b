import Glibc

/// Files by which the system tells of itself, such as those below `/proc`. Their sizes are unknown before they are read.
package enum SystemFile {
    /// The bytes of a file; none if it cannot be read.
    package static func bytes(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count > 0 {
                bytes += buffer[..<count]
            } else if count == 0 || errno != EINTR {
                return bytes
            }
        }
    }

    /// The text of a file; empty if it cannot be read.
    package static func text(of path: String) -> String { String(decoding: bytes(of: path), as: UTF8.self) }
}
