internal import Linux
package import Wire

extension RunnerLoss {
    /// What happened, as the continuation of a sentence whose subject is a worker or a call.
    package var text: String {
        switch end {
        case .notStarted(let reason): "could not be started: \(reason)"
        case .exited(let status): "called exit(\(status))"
        case .killed(let signal): "was killed by \(SignalName.of(signal))"
        case .outOfMemory: "ran out of memory"
        case .cancelled: "was cancelled"
        case .timedOut(let seconds): "took longer than \(Self.number(seconds)) s"
        case .overwritten(let reason): "overwrote memory of its worker (\(reason))"
        }
    }

    /// Writes a number without a fraction of zero.
    private static func number(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    /// What the user can do, as the end of that sentence; empty if nothing is known to help.
    package var remedy: String {
        // MPICH and Open MPI end a process like this that calls MPI without having started it.
        let complaints = [["MPI routine", "before initializing"], ["MPI_", "was called before MPI_INIT"]]
        guard complaints.contains(where: { $0.allSatisfy(lastWords.contains) }) else { return "" }
        return " because it used MPI, from which the workers are isolated; turn isolation off (--isolate off, or "
            + "ExecutorOptions(isolation: .off))"
    }
}
