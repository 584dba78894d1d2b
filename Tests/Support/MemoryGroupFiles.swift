import Foundation

/// The control groups that limit the memory of processes, as far as tests know of them.
package enum MemoryGroupFiles {
    /// Whether this process may make such groups. It is nil where only the program under test can say so.
    package static var areAvailable: Bool? { ofVersionOne.map { access($0, W_OK) == 0 } }

    /// Whether a process has a group, or had one that is left.
    package static func hasGroup(_ process: Int32) -> Bool { processes.contains(process) }

    /// The processes that have ended since the first look, and whose groups are left.
    ///
    /// A group from before is of a PID namespace that was killed as a whole. The numbers of namespaces are used again.
    package static var left: [Int32] { ended.filter { !endedBefore.contains($0) } }

    /// Remembers the groups of processes that have ended already. Call it before a program makes groups.
    package static func look() { _ = endedBefore }

    private static let endedBefore = Set(ended)
    private static var ended: [Int32] { processes.filter { kill($0, 0) != 0 && errno == ESRCH } }

    /// The processes of this PID namespace with groups below the one of this process.
    private static var processes: [Int32] {
        guard let directory = ofVersionOne ?? ofVersionTwo, let namespace = namespace else { return [] }
        let prefix = "mpifutures-\(namespace)-"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.compactMap { Int32($0.dropFirst(prefix.count)) }
    }

    private static var ofVersionOne: String? {
        path { $0[1].split(separator: ",").contains("memory") }.map { "/sys/fs/cgroup/memory\($0)" }
    }

    private static var ofVersionTwo: String? { path { $0[0] == "0" }.map { "/sys/fs/cgroup\($0)" } }

    private static func path(_ isWanted: ([Substring]) -> Bool) -> Substring? {
        let text = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
        return text.split(separator: "\n")
            .map { $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false) }
            .first { $0.count == 3 && isWanted($0) }?[2]
    }

    private static var namespace: String? {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"))?.filter(\.isNumber)
    }
}
