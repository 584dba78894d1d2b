package import Identities
package import Waiting
package import Wire

/// A master's end of the connection to a relay, which runs in the job of the workers.
///
/// The transport exists before its job does. Whoever starts the job connects the transport and reports the end of the
/// job.
///
/// The conformance to `Sendable` is unchecked because one thread at a time uses a transport; see `MasterTransport`.
/// What other threads change is behind locks.
package final class RelayMasterTransport: RestartableTransport, @unchecked Sendable {
    private struct State {
        var socket: FrameSocket?
        var isUp = false
        /// The reason why the job has ended; nil while it runs.
        var end: (any Error)?
        var identities: [WorkerID: WorkerIdentity] = [:]
        var goodbyes = 0
    }

    /// The error of a relay that breaks the rules of the connection.
    private enum RelayFault: Error, CustomStringConvertible {
        case unknownWorker(UInt32)
        case noFrame(any Error)

        var description: String {
            switch self {
            case .unknownWorker(let number): "the relay speaks of worker \(number)"
            case .noFrame(let cause): "the workers' relay sends what is no frame: \(cause)"
            }
        }
    }

    package let workerCount: Int
    private let bell = LocalDoorbell()
    private let state = Locked(State())
    /// Ends the job and waits for its end.
    private let endJob = Locked<(@Sendable () -> Void)?>(nil)
    /// Called when all workers have reported.
    private let noteReady = Locked<(@Sendable () -> Void)?>(nil)
    /// Called when the relay is gone. The end of the job will tell the reason.
    private let noteLoss = Locked<(@Sendable () -> Void)?>(nil)

    /// How many more times the job may be started again.
    private let restartsLeft: Locked<Int>
    /// Starts the job. `cause` tells why the previous job was lost; it is nil for the first one.
    private let startJob: @Sendable (RelayMasterTransport, _ cause: (any Error)?) throws -> Void

    /// - Parameters:
    ///   - restarts: The number of times that a lost job may be started again.
    ///   - startJob: Starts the job. Its `cause` tells why the previous job was lost; it is nil for the first one.
    package init(
        workerCount: Int,
        restarts: Int,
        startJob: @escaping @Sendable (RelayMasterTransport, _ cause: (any Error)?) throws -> Void
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
                guard worker < workerCount else { throw RelayFault.unknownWorker(worker) }
                let worker = WorkerID(Int(worker))
                note(frame, worker)
                return (worker, frame)
            }
        }
        if let failure = socket?.failure {
            throw RelayFault.noFrame(failure)
        }
        if socket?.isClosed == true, !haveAllLeft {
            let note = noteLoss.withLock { $0.take() }
            note?()
        }
        // All frames that came before the end have been taken by now.
        if let cause = state.withLock({ $0.goodbyes == workerCount ? nil : $0.end }) {
            throw cause
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

    package var capabilities: TransportCapabilities { .endingWorkers }
    package var canRestart: Bool { restartsLeft.withLock { $0 > 0 } }

    package func restart(after cause: any Error) throws {
        restartsLeft.withLock { $0 -= 1 }
        shutDown()
        state.withLock { $0 = State() }
        try startJob(self, cause)
    }

    package func shutDown() {
        let end = endJob.withLock { $0.take() }
        end?()
        // The closures hold the job, and the job holds this transport: break the cycle.
        _ = noteReady.withLock { $0.take() }
        _ = noteLoss.withLock { $0.take() }
        socket?.close()
    }
}

// MARK: - For the one who starts the job

extension RelayMasterTransport {
    /// Sets the functions that this transport calls: `end` ends the job and waits for its end, `onReady` is called when
    /// all workers have reported, and `onLoss` when the relay is gone.
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

    /// Reports that the job has ended. Call it from any thread.
    ///
    /// - Parameter cause: The reason for the end. It is ignored if all workers have said goodbye.
    package func jobEnded(_ cause: any Error) {
        state.withLock { $0.end = cause }
        bell.bell.ring()
    }

    /// Whether the relay has connected to all workers.
    package var isUp: Bool { state.withLock { $0.isUp } }

    /// Whether all workers have said goodbye.
    package var haveAllLeft: Bool { state.withLock { $0.goodbyes == workerCount } }

    /// Returns the identity of the worker that is this process, or nil if the process is no worker.
    package func worker(processID: Int, host: String) -> WorkerIdentity? {
        let candidates = state.withLock { $0.identities.values.filter { Int($0.processID) == processID } }
        return candidates.first { $0.host == host } ?? candidates.first
    }
}
