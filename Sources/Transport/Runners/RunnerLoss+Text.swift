internal import Linux
package import Wire

extension RunnerLoss {
    /// What happened, as the continuation of a sentence whose subject is a worker or a call.
    package var text: String {
        switch end {
        case .notStarted(let reason): "could not be started: \(reason)"
        case .exited(let status): "called exit(\(status))"
        case .killed(let signal): "was killed by \(SignalName.of(signal))"
        case .cancelled: "was cancelled"
        case .timedOut(let seconds): "took longer than \(seconds) s"
        case .overwritten(let reason): "overwrote memory of its worker (\(reason))"
        }
    }
}
