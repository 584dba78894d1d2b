package import Identities
package import Waiting
package import Wire

/// Represents a transport that another thread makes. Making it may take long or never end.
///
/// The conformance to `Sendable` is unchecked because `MasterTransport` has one user at a time. All state that changes
/// is behind a lock.
package final class DeferredTransport: MasterTransport, @unchecked Sendable {
    private struct State {
        var made: (any MasterTransport)?
        var failure: (any Error)?
        var goodbyes = 0
        var handler: (@Sendable ([WorkerOutage]) -> Void)?
        /// Whether `shutDown` has been called, so that nobody waits for the transport any more.
        var isOver = false
    }

    /// The error of a transport that did not arrive in time.
    private struct TimedOut: Error, CustomStringConvertible {
        let timeout: Duration
        var description: String {
            "the workers did not serve within \(timeout); MPIFUTURES_START_TIMEOUT gives them more time"
        }
    }

    private let expectedCount: Int
    private let deadline: Instant
    private let startTimeout: Duration
    private let bell = LocalDoorbell()
    private let state = Locked(State())
    private let whenShutDown: @Sendable (_ haveAllLeft: Bool) -> Void

    /// - Parameters:
    ///   - expectedCount: The number of workers that were asked for. The transport may come with fewer.
    ///   - startTimeout: How long to wait for the transport.
    ///   - whenShutDown: Called at the end with whether all workers have said goodbye.
    package init(
        expectedCount: Int,
        startTimeout: Duration,
        whenShutDown: @escaping @Sendable (_ haveAllLeft: Bool) -> Void
    ) {
        self.expectedCount = expectedCount
        self.startTimeout = startTimeout
        self.whenShutDown = whenShutDown
        deadline = .after(startTimeout)
    }

    /// Hands over the transport that has been made. Call it from any thread, once.
    ///
    /// A transport that comes after `shutDown` has its workers dismissed, since nobody else knows of them.
    package func arrive(_ transport: any MasterTransport) {
        let isLate = state.withLock { state in
            if !state.isOver { state.made = transport }
            return state.isOver
        }
        if let handler = state.withLock({ $0.handler }) { transport.setOutageHandler(handler) }
        guard isLate else { return bell.bell.ring() }
        whenShutDown(transport.dismissWorkers())
    }

    /// Reports that no transport will come. `poll` throws this error.
    package func fail(_ error: any Error) {
        state.withLock { $0.failure = error }
        bell.bell.ring()
    }

    private var made: (any MasterTransport)? { state.withLock { $0.made } }

    package var workerCount: Int { made?.workerCount ?? expectedCount }
    package var doorbell: Doorbell { made?.doorbell ?? bell.bell }
    package var waiting: Backoff.Limits { made?.waiting ?? .everybodyRings }
    package var isSending: Bool { made?.isSending ?? false }
    package var traffic: Backoff.Traffic { made?.traffic ?? .none }

    /// Only `endingWorkers` may change while a dispatcher runs, so no other capability of the transport is passed on.
    /// Before the transport is made, `shutDown` ends the workers in any case: it dismisses them when they arrive.
    package var capabilities: TransportCapabilities {
        made?.capabilities.intersection(.endingWorkers) ?? .endingWorkers
    }

    package func setOutageHandler(_ handler: @escaping @Sendable ([WorkerOutage]) -> Void) {
        let made = state.withLock { state in
            state.handler = handler
            return state.made
        }
        made?.setOutageHandler(handler)
    }

    package func giveUp(_ worker: WorkerID) { made?.giveUp(worker) }

    package func announceSleep(_ nanoseconds: UInt64) -> UInt64 { made?.announceSleep(nanoseconds) ?? nanoseconds }

    package func opensFiles(_ worker: WorkerID) -> Bool { made?.opensFiles(worker) ?? false }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) throws { try made?.send(frame, to: worker) }

    package func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        if let made {
            let arrival = try made.poll()
            if arrival?.frame.bytes.first == WorkerFrameKind.goodbye.rawValue { state.withLock { $0.goodbyes += 1 } }
            return arrival
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        guard Instant.now < deadline else { throw TimedOut(timeout: startTimeout) }
        return nil
    }

    package func shutDown() {
        let made = state.withLock { state in
            state.isOver = true
            return state.made
        }
        // A transport that is still to come is shut down when it arrives.
        guard let made else { return }
        made.shutDown()
        whenShutDown(state.withLock { $0.goodbyes == made.workerCount })
    }
}
