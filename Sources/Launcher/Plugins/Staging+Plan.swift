internal import MPIBinding
internal import PluginForms
internal import Processes

extension Staging.Plan {
    /// Makes the plan from the reports of all ranks.
    ///
    /// - Parameter plugin: The identity of what names rank 0's plugin; nil if it has none. Rank 0 sends it only to ranks that
    ///   name the same: a rank with another command line, or in another directory, means another one.
    init(_ reports: [RollCall.Report], plugin: String?) {
        needs = reports.map { report in
            let need = PluginForm.Need(rawValue: report.need)
            return need == .fetching && report.build != plugin ? nil : need
        }
        var first: [[String]: Int] = [:]
        leaders = reports.indices.map { rank in
            let report = reports[rank]
            let key = [report.host, report.machine, "\(report.need)", report.build]
            if let leader = first[key] { return leader }
            first[key] = rank
            return rank
        }
    }

    /// Broadcasts the plan of rank 0. Collective over the world communicator.
    ///
    /// - Parameters:
    ///   - reports: The reports of all ranks, on rank 0; nil elsewhere.
    ///   - plugin: The identity of what names this rank's plugin; nil if it has none.
    static func share(_ reports: [RollCall.Report]?, plugin: String?) throws -> Staging.Plan {
        let plan = reports.map { Staging.Plan($0, plugin: plugin) }
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
