import Foundation

/// The processes of one run: those that descend from its first process, and those that carry its
/// mark in their environment.
///
/// The mark finds what the family tree loses: a process whose parent has died, whatever process
/// group and session it has moved to. `mpiexec`'s proxies and ranks are of that kind.
struct ProcessTree {
    static let markVariable = "MPIFUTURES_TEST_RUN"

    /// nil once the first process has ended: its id may soon be another's.
    var root: pid_t?
    let mark: String

    /// The processes alive now, zombies not counted.
    func living() -> [pid_t] {
        let processes = ProcessTable.read()
        var children = [pid_t: [pid_t]]()
        for (id, process) in processes { children[process.parent, default: []].append(id) }
        var generation = root.map { [$0] } ?? []
        var family = Set(generation)
        while let parent = generation.popLast() {
            for child in children[parent] ?? [] where family.insert(child).inserted { generation.append(child) }
        }
        let entry = Data("\(Self.markVariable)=\(mark)\0".utf8)
        return processes.compactMap { id, process in
            guard process.isAlive else { return nil }
            return family.contains(id) || ProcessTable.environment(of: id).range(of: entry) != nil ? id : nil
        }
    }

    /// Kills every process of the run, by its id, until none is found.
    ///
    /// All are found before the first is killed: a child of a dead parent is not found by descent. And all are stopped
    /// before: nobody gets to complain of the death of another.
    func kill() {
        for _ in 0..<100 {
            let victims = living()
            guard !victims.isEmpty else { return }
            for signal in [SIGSTOP, SIGKILL] {
                for victim in victims { _ = Foundation.kill(victim, signal) }
            }
            usleep(2000)
        }
    }
}

/// `/proc`.
enum ProcessTable {
    struct Entry {
        let parent: pid_t
        let isAlive: Bool
    }

    static func read() -> [pid_t: Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var entries = [pid_t: Entry]()
        for name in names {
            guard let id = pid_t(name), let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat") else {
                continue
            }
            // "12 (name, which may hold anything) S 11 …"
            let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            guard fields.count > 1, let parent = pid_t(fields[1]) else { continue }
            entries[id] = Entry(parent: parent, isAlive: fields[0] != "Z" && fields[0] != "X")
        }
        return entries
    }

    static func environment(of id: pid_t) -> Data {
        FileManager.default.contents(atPath: "/proc/\(id)/environ") ?? Data()
    }

    static func describe(_ id: pid_t) -> ProcessDescription {
        let words = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
        let line = words.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        return ProcessDescription(id: id, commandLine: line)
    }
}
