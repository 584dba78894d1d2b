internal import MPIBinding
internal import PluginForms
internal import Processes

extension Staging.Plan {
    /// Makes the plan from the reports of all ranks.
    init(_ reports: [RollCall.Report]) {
        needs = reports.map { PluginForm.Need(rawValue: $0.need) }
        var first: [[String]: Int] = [:]
        leaders = reports.indices.map { rank in
            let report = reports[rank]
            let key = [report.host, report.machine, "\(report.need)"]
            if let leader = first[key] { return leader }
            first[key] = rank
            return rank
        }
    }

    /// Broadcasts the plan of rank 0. Collective over the world communicator.
    ///
    /// - Parameter reports: The reports of all ranks, on rank 0; nil elsewhere.
    static func share(_ reports: [RollCall.Report]?) throws -> Staging.Plan {
        let plan = reports.map(Staging.Plan.init)
        var numbers = [Int32](repeating: 0, count: 2 * (try Communicator.world.size))
        if let plan {
            for rank in plan.leaders.indices {
                numbers[2 * rank] = Int32(plan.leaders[rank])
                numbers[2 * rank + 1] = Int32(plan.needs[rank]?.rawValue ?? 0)
            }
        }
        try numbers.withUnsafeMutableBytes { try Communicator.world.broadcast($0, root: 0) }
        let ranks = 0..<numbers.count / 2
        return Staging.Plan(
            needs: ranks.map { PluginForm.Need(rawValue: UInt8(clamping: numbers[2 * $0 + 1])) },
            leaders: ranks.map { Int(numbers[2 * $0]) }
        )
    }
}
