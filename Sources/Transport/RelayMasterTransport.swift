package import Identities
package import Waiting
package import Wire

/// A master's end of the connection to a relay, which stands among the workers of another job.
///
/// It is there before the job is: whoever starts the job connects it, and says how the job has ended.
package final class RelayMasterTransport: MasterTransport, @unchecked Sendable {
    private struct State {
        var socket: FrameSocket?
        var isUp = false
        /// Why the job is over; nil while it is not.
        var end: String?
        var identities: [WorkerID: WorkerIdentity] = [:]
        var goodbyes = 0
    }

    /// How the workers' job has been lost.
    private struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    package let workerCount: Int
    private let bell = LocalDoorbell()
    private let state = Locked(State())
    /// Ends the job, and waits for that.
    private let endJob = Locked<(@Sendable () -> Void)?>(nil)
    /// Hears that all workers have said who they are.
    private let noteReady = Locked<(@Sendable () -> Void)?>(nil)
    /// Hears that the relay is gone; the job's end will say why.
    private let noteLoss = Locked<(@Sendable () -> Void)?>(nil)

    /// How often the job may be started again.
    private let restartsLeft: Locked<Int>
    /// Starts the job; with why the one before it was lost.
    private let startJob: @Sendable (RelayMasterTransport, _ cause: String?) throws -> Void

    /// - Parameters:
    ///   - restarts: How often the job may be started again when it is lost.
    ///   - startJob: Starts it; is told why the one before it was lost, if there was one.
    package init(
        workerCount: Int,
        restarts: Int,
        startJob: @escaping @Sendable (RelayMasterTransport, _ cause: String?) throws -> Void
    ) throws {
        self.workerCount = workerCount
        self.startJob = startJob
        restartsLeft = Locked(restarts)
        try startJob(self, nil)
    }

    package var doorbell: Doorbell { bell.bell }
    package var waiting: Backoff.Limits { .everybodyRings }
    package var isSending: Bool { socket?.isSending ?? false }
    package var traffic: Backoff.Traffic { isSending ? .outgoing : .none }

    private var socket: FrameSocket? { state.withLock { $0.socket } }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) { socket?.send(frame, worker: UInt32(worker.number)) }

    package func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        if let socket {
            if socket.isSending { socket.flush() }
            while let (worker, frame) = socket.take() {
                guard worker != FrameSocket.control else {
                    state.withLock { $0.isUp = true }
                    continue
                }
                guard worker < workerCount else { throw Lost(description: "the relay speaks of worker \(worker)") }
                let worker = WorkerID(Int(worker))
                note(frame, worker)
                return (worker, frame)
            }
        }
        if let failure = socket?.failure {
            throw Lost(description: "the workers' relay sends what is no frame: \(failure)")
        }
        if socket?.isClosed == true, !haveAllLeft {
            let note = noteLoss.withLock { $0.take() }
            note?()
        }
        // What came before the end has been taken by now.
        if let cause = state.withLock({ $0.goodbyes == workerCount ? nil : $0.end }) {
            throw Lost(description: cause)
        }
        return nil
    }

    private func note(_ frame: FrameBuffer, _ worker: WorkerID) {
        switch frame.bytes.first {
        case WorkerFrameKind.ready.rawValue:
            guard case .ready(let identity)? = try? WorkerFrame(parsing: frame) else { return }
            let areAllKnown = state.withLock { state in
                state.identities[worker] = identity
                return state.identities.count == workerCount
            }
            guard areAllKnown else { return }
            let note = noteReady.withLock { $0.take() }
            note?()
        case WorkerFrameKind.goodbye.rawValue: state.withLock { $0.goodbyes += 1 }
        default: break
        }
    }

    package var endsWorkers: Bool { true }
    package var canRestart: Bool { restartsLeft.withLock { $0 > 0 } }

    package func restart(after cause: String) throws {
        restartsLeft.withLock { $0 -= 1 }
        shutDown()
        state.withLock { $0 = State() }
        try startJob(self, cause)
    }

    package func shutDown() {
        let end = endJob.withLock { $0.take() }
        end?()
        // They hold the job, which holds this.
        _ = noteReady.withLock { $0.take() }
        _ = noteLoss.withLock { $0.take() }
        socket?.close()
    }
}

// MARK: - For the one who starts the job

extension RelayMasterTransport {
    /// Says what ends the job and waits for that, and what has to be done when all workers are known, and when the
    /// relay is gone.
    package func setEnd(
        _ end: @escaping @Sendable () -> Void,
        onReady: @escaping @Sendable () -> Void,
        onLoss: @escaping @Sendable () -> Void
    ) {
        endJob.withLock { $0 = end }
        noteReady.withLock { $0 = onReady }
        noteLoss.withLock { $0 = onLoss }
    }

    package func connect(_ socket: FrameSocket) {
        state.withLock { $0.socket = socket }
        bell.bell.ring()
    }

    /// The job is over.
    ///
    /// - Parameter cause: Why it is lost; not looked at if all workers have said goodbye.
    package func jobEnded(_ cause: String) {
        state.withLock { $0.end = cause }
        bell.bell.ring()
    }

    /// Whether the relay has met all workers.
    package var isUp: Bool { state.withLock { $0.isUp } }

    /// Whether all workers have left in good order.
    package var haveAllLeft: Bool { state.withLock { $0.goodbyes == workerCount } }

    /// The worker that a process is, if it is one.
    package func worker(processID: Int, host: String) -> WorkerIdentity? {
        let candidates = state.withLock { $0.identities.values.filter { Int($0.processID) == processID } }
        return candidates.first { $0.host == host } ?? candidates.first
    }
}
