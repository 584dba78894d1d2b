import Foundation

extension RunningProcess {
    /// A process that a program has started, or one that such a process has.
    package struct Descendant: Sendable {
        package let id: Int32
        package let commandLine: String
        /// The rank in its job, if it is a process of MPI.
        package let rank: Int?
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
        return ids.map { id in
            let environment = ProcessTable.environment(of: id).split(separator: 0)
            let rank = environment.map { String(decoding: $0, as: UTF8.self) }.first { $0.hasPrefix("PMI_RANK=") }
            return Descendant(
                id: id,
                commandLine: ProcessTable.describe(id).commandLine,
                rank: rank.flatMap { Int($0.dropFirst("PMI_RANK=".count)) }
            )
        }
    }
}
