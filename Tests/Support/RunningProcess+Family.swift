import Foundation

extension RunningProcess {
    /// A process that a program has started, or one that such a process has.
    package struct Descendant: Sendable {
        package let id: Int32
        package let commandLine: String
        /// The rank in its job, if it is a process of MPI.
        package let rank: Int?
        /// Whether it runs calls and knows no MPI.
        package let isRunner: Bool
    }

    /// The processes that descend from the program now.
    package var descendants: [Descendant] {
        let processes = ProcessTable.read()
        var family: Set<Int32> = [id]
        var ids: [Int32] = []
        while case let new = processes.filter({ family.contains($0.value.parent) && !family.contains($0.key) }).map(
            \.key
        ),
            !new.isEmpty
        {
            family.formUnion(new)
            ids += new
        }
        let environments = Dictionary(uniqueKeysWithValues: ids.map { ($0, ProcessTable.environment(of: $0)) })
        func value(_ name: String, _ id: Int32) -> String? {
            let entries = environments[id]?.split(separator: 0).map { String(decoding: $0, as: UTF8.self) } ?? []
            return entries.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
        }
        return ids.map { id in
            let rank = value("PMI_RANK", id)
            // A runner that its rank has forked still shows the environment of the rank.
            let isForked = rank != nil && processes[id].map { value("PMI_RANK", $0.parent) == rank } ?? false
            let isRunner = isForked || value("MPIFUTURES_WORKER", id)?.hasPrefix("runner:") ?? false
            return Descendant(
                id: id,
                commandLine: ProcessTable.describe(id).commandLine,
                rank: isRunner ? nil : rank.flatMap { Int($0) },
                isRunner: isRunner
            )
        }
    }
}
