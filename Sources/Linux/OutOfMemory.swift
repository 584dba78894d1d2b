internal import Glibc

/// The system's means against processes that need too much memory.
package enum OutOfMemory {
    /// How many processes the system has killed because there was no memory; 0 if it does not tell.
    package static var killCount: Int {
        guard let file = fopen("/proc/vmstat", "re") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), file) != nil {
            let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 && $0 != 10 }, as: UTF8.self) }
            if text.hasPrefix("oom_kill ") { return Int(text.dropFirst(9)) ?? 0 }
        }
        return 0
    }

    /// Makes the system kill this process rather than others.
    package static func volunteer() {
        let file = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 16)
        let count = max(0, read(file, &text, text.count))
        let current = Int(String(decoding: text[..<count].filter { $0 > 32 }, as: UTF8.self)) ?? 0
        let raised = Array("\(min(1000, current + 500))".utf8)
        _ = pwrite(file, raised, raised.count, 0)
    }
}
