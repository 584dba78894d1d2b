internal import Glibc

/// This machine, since several hosts may have the same name.
package enum Machine {
    /// The kernel's ID of this boot; empty if there is none.
    package static var bootID: String {
        let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 64)
        let count = max(0, read(file, &text, text.count))
        return String(decoding: text[..<count].filter { $0 > 0x20 }, as: UTF8.self)
    }
}
