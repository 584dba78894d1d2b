internal import Pool
internal import Processes
internal import Scheduling
internal import Transport
internal import Waiting

/// What has become of the calls of a run, in one line at its end.
enum RunSummary {
    private static let isWanted = Locked(false)

    /// Has the line written in any case.
    static func request() { isWanted.withLock { $0 = true } }

    /// Writes the line if it is wanted, or if calls have ended their workers or were made again.
    static func write() {
        let (tasks, workers) = (RunTotals.shared.tasks, RunTotals.shared.workers)
        let hasLosses = FailureClass.allCases.contains { $0.endsWorker && tasks.failures[$0] > 0 }
        guard isWanted.withLock({ $0 }) || hasLosses || tasks.retried > 0 else { return }
        var ends = ["\(tasks.finished) returned"]
        for (failure, text) in texts where tasks.failures[failure] > 0 {
            ends.append("\(tasks.failures[failure]) \(text)")
        }
        if tasks.cancelled > 0 { ends.append("\(tasks.cancelled) cancelled") }
        let unfinished = tasks.queued + tasks.running
        if unfinished > 0 { ends.append("\(unfinished) unfinished") }
        var parts = ["\(counted(tasks.submitted, "call")): \(ends.joined(separator: ", "))"]
        if tasks.recalled > 0 { parts.append("\(counted(tasks.recalled, "result")) from the journal") }
        if tasks.retried > 0 { parts.append(counted(tasks.retried, "further try", "further tries")) }
        if workers.lost > 0 {
            parts.append("\(counted(workers.lost, "worker")) lost, \(workers.restarted) started again")
        }
        if workers.recycled > 0 { parts.append("\(counted(workers.recycled, "worker")) replaced") }
        Log.write("mpifutures: \(parts.joined(separator: "; "))\n")
    }

    private static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }

    private static let texts: [(FailureClass, String)] = [
        (.thrown, "failed"), (.crashed, "crashed"), (.exited, "exited"), (.outOfMemory, "out of memory"),
        (.timedOut, "timed out"), (.workerLost, "lost their worker"), (.notMade, "not made"),
    ]
}
