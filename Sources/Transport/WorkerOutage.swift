package import Identities

/// The end of a worker that its transport noticed and will not mend.
package struct WorkerOutage: Equatable, Sendable {
    package enum Cause: Equatable, Sendable {
        /// Nothing was heard of the worker's host for so many seconds.
        case silence(seconds: Double)
        /// The connection to the worker ended, and the worker had not said that it would.
        case connectionEnded
        /// MPI cannot send to the worker.
        case unreachable(String)
    }

    package let worker: WorkerID
    package let cause: Cause

    package init(_ worker: WorkerID, _ cause: Cause) {
        self.worker = worker
        self.cause = cause
    }
}

extension WorkerOutage.Cause: CustomStringConvertible {
    /// What happened, as the continuation of a sentence whose subject is one worker or several.
    package var description: String {
        switch self {
        case .silence(let seconds): "silent for \(seconds.formatted) s"
        case .connectionEnded: "gone without a goodbye"
        case .unreachable(let reason): "unreachable (\(reason))"
        }
    }
}

extension Double {
    /// The number with a tenth at most, and without a fraction of zero.
    fileprivate var formatted: String {
        let tenths = (self * 10).rounded() / 10
        return Int(exactly: tenths).map { "\($0)" } ?? "\(tenths)"
    }
}
