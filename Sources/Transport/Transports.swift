package import Identities
package import Waiting
package import Wire

/// A master's connection to its workers. It sends frames, receives frames, and has a doorbell to sleep at.
///
/// One thread at a time makes all calls but `doorbell.ring()`: the dispatcher's thread, or a caller that runs the
/// dispatcher inline. Frames between a master and one worker keep their order. No call waits, except `shutDown`.
package protocol MasterTransport: AnyObject, Sendable {
    /// The number of workers. It may decrease until the first frame of a worker has arrived, and is final then.
    var workerCount: Int { get }

    /// The doorbell at which the dispatcher sleeps. Any thread with work for the dispatcher rings it.
    var doorbell: Doorbell { get }

    /// How the dispatcher waits while workers execute.
    var waiting: Backoff.Limits { get }

    /// Sends a frame. The frame goes out during this call and later calls of `poll`.
    ///
    /// - Throws: An error if the workers cannot be reached any more.
    func send(_ frame: FrameBuffer, to worker: WorkerID) throws

    /// Advances the messages under way, and returns a frame that has arrived, if any.
    ///
    /// - Throws: An error if the workers are lost, or did not start.
    func poll() throws -> (worker: WorkerID, frame: FrameBuffer)?

    /// Whether frames are still going out.
    var isSending: Bool { get }

    /// Tells workers on other hosts that the master is about to sleep, so that they ring. Call it after
    /// `doorbell.beginSleep()`, and look for frames once more afterwards.
    ///
    /// - Parameter nanoseconds: How long the master would sleep if nobody rang.
    /// - Returns: How long the master may sleep.
    func announceSleep(_ nanoseconds: UInt64) -> UInt64

    /// What this transport does beyond carrying frames.
    var capabilities: TransportCapabilities { get }

    /// Returns whether a worker can open files in the memory of this process, by way of `/proc`.
    func opensFiles(_ worker: WorkerID) -> Bool

    /// The messages under way that advance only while `poll` is called.
    var traffic: Backoff.Traffic { get }

    /// Ends the call of a task that was sent, if it runs, or as soon as it runs. The task is answered by a failure. The
    /// transport ignores tasks that have been answered.
    ///
    /// Call it only if the transport has the capability `endingCalls`.
    ///
    /// - Parameter index: The task's number within its frame.
    func endCall(_ index: Int, of frame: FrameSequence, on worker: WorkerID)

    /// Sets the function that is told of workers that the transport has lost and does not replace. Any thread may call
    /// it. The transport goes on: the dispatcher gives these workers up.
    func setOutageHandler(_ handler: @escaping @Sendable ([WorkerOutage]) -> Void)

    /// Gives a worker up: sends nothing to it any more, drops what comes from it, and waits for nothing of it.
    func giveUp(_ worker: WorkerID)

    /// Counts the worker processes that end and are replaced without the dispatcher's knowledge; nil if there are none.
    var tally: WorkerTally? { get }

    /// Returns the frames of the shared values that a worker has; none if the transport does not keep them.
    func sharedValues(of worker: WorkerID) -> [FrameBuffer]

    /// Releases the resources of the transport. Call it after the last frame of every worker.
    func shutDown()
}

extension MasterTransport {
    package func opensFiles(_ worker: WorkerID) -> Bool { false }
    package func setOutageHandler(_ handler: @escaping @Sendable ([WorkerOutage]) -> Void) {}
    package func giveUp(_ worker: WorkerID) {}
    package func announceSleep(_ nanoseconds: UInt64) -> UInt64 { nanoseconds }
    package var tally: WorkerTally? { nil }
    package func sharedValues(of worker: WorkerID) -> [FrameBuffer] { [] }

    package func endCall(_ index: Int, of frame: FrameSequence, on worker: WorkerID) {
        preconditionFailure("this transport cannot end calls")
    }
}

/// What a master's transport does beyond carrying frames.
package struct TransportCapabilities: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Out-of-band arrays travel with a frame. Without this capability, frames must not have any.
    package static let outOfBandArrays = TransportCapabilities(rawValue: 1 << 0)

    /// Callers may run the dispatcher inline: no call takes long, any thread may make it, and every worker rings the
    /// doorbell.
    package static let inlineCallers = TransportCapabilities(rawValue: 1 << 1)

    /// `shutDown` ends workers that have not said goodbye.
    package static let endingWorkers = TransportCapabilities(rawValue: 1 << 2)

    /// The transport can end a call that runs, and keeps calls to their time limits. A call that is ended costs no
    /// other call.
    package static let endingCalls = TransportCapabilities(rawValue: 1 << 3)

    /// A call that ends its worker process is answered by a failure, and costs no other call.
    package static let survivingCrashes = TransportCapabilities(rawValue: 1 << 4)

    /// The transport may lose workers one by one, and calls `setOutageHandler`'s function then.
    package static let losingWorkers = TransportCapabilities(rawValue: 1 << 5)
}

/// A transport that can start new workers in the place of those that are lost.
package protocol RestartableTransport: MasterTransport {
    /// Whether a restart is left.
    var canRestart: Bool { get }

    /// Starts new workers in the place of those that are lost. The new workers report like the first ones, and know
    /// nothing of earlier frames. Call it only while `canRestart` is true.
    ///
    /// - Parameter cause: The error by which the workers were lost.
    /// - Throws: An error if no new workers can be started. The workers stay lost.
    func restart(after cause: any Error) throws
}

/// A worker's connection to its master. The rules of `MasterTransport` apply.
package protocol WorkerTransport: AnyObject {
    var doorbell: Doorbell { get }
    var waiting: Backoff.Limits { get }
    func send(_ frame: FrameBuffer) throws
    func poll() throws -> FrameBuffer?
    var isSending: Bool { get }
    /// Tells a master on another host that the worker is about to sleep, as `MasterTransport.announceSleep` does.
    func announceSleep(_ nanoseconds: UInt64) -> UInt64
    /// Makes this doorbell the one at which the worker sleeps. `owner` keeps its memory.
    func sleep(at doorbell: Doorbell, owner: AnyObject)
    /// Rings the doorbell at which the worker sleeps. Any thread may call it.
    var ring: @Sendable () -> Void { get }
    /// Whether out-of-band arrays travel with a frame. If not, frames must not have any.
    var movesArrays: Bool { get }
    var traffic: Backoff.Traffic { get }
    /// Where the worker notes what it has done, for a master that outlives it; nil if nobody reads that.
    var progress: TaskProgress? { get }
    func shutDown()
}

extension WorkerTransport {
    package var progress: TaskProgress? { nil }
    package func announceSleep(_ nanoseconds: UInt64) -> UInt64 { nanoseconds }
    package func sleep(at doorbell: Doorbell, owner: AnyObject) {}
    package var ring: @Sendable () -> Void { { [doorbell] in doorbell.ring() } }
}
