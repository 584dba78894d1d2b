internal import Scheduling
internal import Wire

extension FailureClass {
    /// The class of a failed result; nil for a call that was cancelled.
    init?(_ status: ResultStatus) {
        switch status {
        case .trivialValue, .cborValue, .plannedValue, .cancelled: return nil
        case .failure: self = .notMade
        case .thrown, .failedValue: self = .thrown
        case .crashed: self = .crashed
        case .exited: self = .exited
        case .outOfMemory: self = .outOfMemory
        case .timedOut: self = .timedOut
        case .workerLost: self = .workerLost
        }
    }
}
