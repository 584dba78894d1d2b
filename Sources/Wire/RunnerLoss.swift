package import Identities

/// The end of a runner that the master had not asked for.
package struct RunnerLoss: Equatable, Sendable {
    /// How the process ended.
    package enum End: Equatable, Sendable {
        /// It could not be started.
        case notStarted(String)
        /// It called `exit`, or returned from `main`.
        case exited(status: Int)
        case killed(signal: Int)
        /// It crashed without memory, or the system killed it because there was none.
        case outOfMemory
        /// The master ended it, since a call took longer than it may.
        case timedOut(seconds: Double)
        /// The master ended it, since the call was cancelled.
        case cancelled
        /// The master ended it, since its memory held what no runner writes.
        case overwritten(String)
    }

    package let worker: WorkerID
    package var end: End
    /// The last lines that the process wrote to standard error; empty if there are none.
    package var lastWords: String

    package init(worker: WorkerID, end: End, lastWords: String = "") {
        self.worker = worker
        self.end = end
        self.lastWords = lastWords
    }
}
