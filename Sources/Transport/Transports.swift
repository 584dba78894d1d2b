package import Identities
package import Waiting
package import Wire

/// How a master reaches its workers: frames out, frames in, and a place to sleep.
///
/// All calls but `doorbell.ring()` come from one thread at a time: the dispatcher's, or one in its place. Frames between a master and one
/// worker keep their order. Nothing here waits except `shutDown`.
package protocol MasterTransport: AnyObject, Sendable {
    /// The number of workers. It may become smaller until the first of their frames has come, and is final then.
    var workerCount: Int { get }

    /// Rung by whoever has news for the dispatcher.
    var doorbell: Doorbell { get }

    /// How the dispatcher waits while workers execute.
    var waiting: Backoff.Limits { get }

    /// Hands a frame over; it goes out during this call and later calls of `poll`.
    func send(_ frame: FrameBuffer, to worker: WorkerID) throws

    /// Moves messages along and returns a frame that has arrived, if any.
    func poll() throws -> (worker: WorkerID, frame: FrameBuffer)?

    /// Whether frames are still on their way out.
    var isSending: Bool { get }

    /// Whether arrays beside a frame travel with it; else nobody may put any there.
    var movesArrays: Bool { get }

    /// Whether threads that wait for results may take the dispatcher's place: calls return soon, come from any thread,
    /// and every worker rings the doorbell.
    var servesCallers: Bool { get }

    /// What is under way and moves only while `poll` is called.
    var traffic: Backoff.Traffic { get }

    /// Gives the transport's resources back, after the last frame of every worker.
    func shutDown()

    /// Whether `shutDown` ends workers that have not said goodbye.
    var endsWorkers: Bool { get }

    /// Whether the workers can be started again when they are lost.
    var canRestart: Bool { get }

    /// Has new workers in the place of those that are lost; they know nothing, and will report as the first ones did.
    ///
    /// - Parameter cause: Why they are lost.
    func restart(after cause: String) throws
}

extension MasterTransport {
    package var endsWorkers: Bool { false }
    package var canRestart: Bool { false }
    package func restart(after cause: String) throws { preconditionFailure("there is no way to start workers again") }
}

/// How a worker reaches its master. The same rules.
package protocol WorkerTransport: AnyObject {
    var doorbell: Doorbell { get }
    var waiting: Backoff.Limits { get }
    func send(_ frame: FrameBuffer) throws
    func poll() throws -> FrameBuffer?
    var isSending: Bool { get }
    var movesArrays: Bool { get }
    var traffic: Backoff.Traffic { get }
    func shutDown()
}

extension MasterTransport {
    package var movesArrays: Bool { false }
    package var servesCallers: Bool { false }
}

extension WorkerTransport {
    package var movesArrays: Bool { false }
}
