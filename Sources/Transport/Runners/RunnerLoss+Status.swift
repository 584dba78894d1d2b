internal import Glibc
package import Wire

extension RunnerLoss {
    /// The status of the result of the call that was running.
    package var status: ResultStatus {
        switch end {
        case .notStarted: .workerLost
        case .exited: .exited
        case .killed(let signal) where Self.signalsOfOthers.contains(signal): .workerLost
        case .killed, .overwritten: .crashed
        case .outOfMemory: .outOfMemory
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        }
    }

    /// The signals by which people, batch systems and the kernel end processes. A crash has other ones.
    private static let signalsOfOthers = [SIGKILL, SIGTERM, SIGINT, SIGHUP].map { Int($0) }
}
