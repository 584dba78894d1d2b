/// The way in which a call ended its worker process.
package enum WorkerEnd: Codable, Equatable, Sendable {
    case exited(status: Int)
    case killed(signal: Int)
    case timedOut(seconds: Double)
    case outOfMemory
    /// The call wrote into memory that the worker shares with the master.
    case damaged
    /// Nothing says that the call ended the process: its host was lost.
    case lost
}
