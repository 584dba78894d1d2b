package import Identities
package import Waiting
package import Wire

/// Stands in for a transport that another thread makes, which may take long or never come to an end.
package final class DeferredTransport: MasterTransport, @unchecked Sendable {
    private struct State {
        var made: (any MasterTransport)?
        var failure: String?
        var goodbyes = 0
        /// Whether nobody waits for the transport any more.
        var isOver = false
    }

    private struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let expectedCount: Int
    private let deadline: Instant
    private let patience: Duration
    private let bell = LocalDoorbell()
    private let state = Locked(State())
    private let whenShutDown: @Sendable (_ haveAllLeft: Bool) -> Void

    /// - Parameters:
    ///   - expectedCount: The number of workers that are asked for; the transport may come with fewer.
    ///   - patience: How long to wait for the transport.
    ///   - whenShutDown: Is told whether all workers have said goodbye.
    package init(
        expectedCount: Int,
        patience: Duration,
        whenShutDown: @escaping @Sendable (_ haveAllLeft: Bool) -> Void
    ) {
        self.expectedCount = expectedCount
        self.patience = patience
        self.whenShutDown = whenShutDown
        deadline = .after(patience)
    }

    /// The transport is there.
    ///
    /// If it comes too late, its workers are let go: nobody else knows of them.
    package func arrive(_ transport: any MasterTransport) {
        let isLate = state.withLock { state in
            if !state.isOver { state.made = transport }
            return state.isOver
        }
        guard isLate else { return bell.bell.ring() }
        whenShutDown(transport.dismissWorkers())
    }

    /// There will be none.
    package func fail(_ reason: String) {
        state.withLock { $0.failure = reason }
        bell.bell.ring()
    }

    private var made: (any MasterTransport)? { state.withLock { $0.made } }

    package var workerCount: Int { made?.workerCount ?? expectedCount }
    package var doorbell: Doorbell { made?.doorbell ?? bell.bell }
    package var waiting: Backoff.Limits { made?.waiting ?? .everybodyRings }
    package var isSending: Bool { made?.isSending ?? false }
    package var traffic: Backoff.Traffic { made?.traffic ?? .none }

    /// A transport that arrives after `shutDown` has its workers let go.
    package var endsWorkers: Bool { made?.endsWorkers ?? true }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) throws { try made?.send(frame, to: worker) }

    package func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        if let made {
            let arrival = try made.poll()
            if arrival?.frame.bytes.first == WorkerFrameKind.goodbye.rawValue { state.withLock { $0.goodbyes += 1 } }
            return arrival
        }
        if let failure = state.withLock({ $0.failure }) { throw Failed(description: failure) }
        guard Instant.now < deadline else {
            throw Failed(description: "the workers did not serve within \(patience)")
        }
        return nil
    }

    package func shutDown() {
        let made = state.withLock { state in
            state.isOver = true
            return state.made
        }
        guard made != nil else { return }
        made?.shutDown()
        whenShutDown(made.map { made in state.withLock { $0.goodbyes == made.workerCount } } ?? false)
    }
}
