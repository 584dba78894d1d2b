internal import Glibc

/// The system's means against processes that need too much memory.
package enum OutOfMemory {
    /// How many processes of this process's control group the system has killed because there was no memory. Without
    /// control groups it is the number of all such processes; 0 if the system does not tell.
    ///
    /// Groups within this one do not count: a call of another worker may have run out of its own limit.
    package static var killCount: Int {
        // The process may have changed its group since the last time.
        let files = files(mounts: MemoryGroups.mounts, membership: MemoryGroups.membership)
        return files.lazy.compactMap { killCount(in: SystemFile.text(of: $0)) }.first ?? 0
    }

    /// Returns the files that have the number, the likeliest one first.
    package static func files(mounts: String, membership: String) -> [String] {
        let ofSystem = "/proc/vmstat"
        guard let group = try? MemoryGroups.directory(of: "memory", mounts: mounts, membership: membership) else {
            return [ofSystem]
        }
        // The root group of version 2 has no such file.
        return ["\(group.path)/\(group.version == .one ? "memory.oom_control" : "memory.events.local")", ofSystem]
    }

    /// Returns the number in the text of such a file; nil if it has none.
    package static func killCount(in text: String) -> Int? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst(9)) }
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
