package import Identities
internal import DequeModule
package import Waiting
package import Wire

/// The transport between a master and workers that are threads of one process. A frame passes as a reference.
package final class ThreadTransport: MasterTransport {
    private struct Arrival {
        let worker: WorkerID
        let frame: FrameBuffer
    }

    /// Frames from the threads to the master.
    fileprivate final class Inbox: Sendable {
        private let arrivals = Locked<Deque<Arrival>>([])
        let bell = LocalDoorbell()

        func put(_ frame: FrameBuffer, from worker: WorkerID) {
            arrivals.withLock { $0.append(Arrival(worker: worker, frame: frame)) }
            bell.bell.ring()
        }

        func take() -> (worker: WorkerID, frame: FrameBuffer)? {
            arrivals.withLock { $0.popFirst() }.map { ($0.worker, $0.frame) }
        }
    }

    private let inbox = Inbox()
    private let workers: [ThreadWorkerTransport]

    package init(workerCount: Int) {
        let inbox = inbox
        workers = (0..<workerCount).map { ThreadWorkerTransport(WorkerID($0), inbox: inbox) }
    }

    /// Returns the worker's end, for the thread that is worker number `worker`.
    package func workerEnd(_ worker: WorkerID) -> ThreadWorkerTransport { workers[worker.number] }

    package var workerCount: Int { workers.count }
    package var doorbell: Doorbell { inbox.bell.bell }
    package var waiting: Backoff.Limits { .everybodyRings }
    package var isSending: Bool { false }
    package var capabilities: TransportCapabilities { .outOfBandArrays }
    package func opensFiles(_ worker: WorkerID) -> Bool { true }
    package var traffic: Backoff.Traffic { .none }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) { workers[worker.number].deliver(frame) }
    package func poll() -> (worker: WorkerID, frame: FrameBuffer)? { inbox.take() }
    package func shutDown() {}
}

/// The worker's end of a `ThreadTransport`.
package final class ThreadWorkerTransport: WorkerTransport, Sendable {
    private let id: WorkerID
    private let inbox: ThreadTransport.Inbox
    private let arrivals = Locked<Deque<FrameBuffer>>([])
    private let bell = LocalDoorbell()

    fileprivate init(_ id: WorkerID, inbox: ThreadTransport.Inbox) {
        self.id = id
        self.inbox = inbox
    }

    fileprivate func deliver(_ frame: FrameBuffer) {
        arrivals.withLock { $0.append(frame) }
        bell.bell.ring()
    }

    package var doorbell: Doorbell { bell.bell }
    package var waiting: Backoff.Limits { .everybodyRings }
    package var isSending: Bool { false }
    package var movesArrays: Bool { true }
    package var traffic: Backoff.Traffic { .none }

    package func send(_ frame: FrameBuffer) { inbox.put(frame, from: id) }
    package func poll() -> FrameBuffer? { arrivals.withLock { $0.popFirst() } }
    package func shutDown() {}
}
