internal import Glibc
internal import Identities
internal import Synchronization
internal import Waiting
internal import Wire

/// The runners on a master's host that ranks of MPI own: starts and kills go to their owners as messages.
///
/// The transport of the master calls it, on the thread that has the dispatcher.
final class OwnedRunners: RunnerProcesses {
    private let send: @Sendable (FrameBuffer, WorkerID) throws -> Void
    let timer: any CallTiming
    /// The descriptors of memory that owners open. Each stays open until the next process of its worker is started.
    private let open = Locked<[WorkerID: CInt]>([:])

    /// - Parameters:
    ///   - workers: The workers whose runners these are.
    ///   - send: Sends a frame to a worker's owner.
    init(_ workers: [WorkerID], send: @escaping @Sendable (FrameBuffer, WorkerID) throws -> Void) {
        self.send = send
        timer = LimitAnnouncer { limit in
            for worker in workers { try? send(RunnerControl.limit(limit).frame, worker) }
        }
    }

    func start(_ worker: WorkerID, memory: CInt, bell: CInt, progress: TaskProgress?) {
        if let former = open.withLock({ $0.updateValue(memory, forKey: worker) }) { close(former) }
        let files = [memory, bell].map { "/proc/\(getpid())/fd/\($0)" }
        // If the owner cannot be reached, neither can the job be saved: `poll` throws the transport's error.
        try? send(RunnerControl.start(memory: files[0], bell: files[1]).frame, worker)
    }

    func setCancelled(_ calls: [CallPlace], on worker: WorkerID) {
        try? send(RunnerControl.endCalls(calls).frame, worker)
    }

    func kill(_ worker: WorkerID) { try? send(RunnerControl.kill.frame, worker) }

    func end(leaving: Set<WorkerID>) {
        let descriptors = open.withLock { open in
            defer { open = [:] }
            return Array(open.values)
        }
        for descriptor in descriptors { close(descriptor) }
    }
}

/// Tells owners the shortest time limit. They look for late calls at intervals of it from then on, because the frames
/// that begin and end calls do not pass them.
private final class LimitAnnouncer: CallTiming {
    private let shortest = Atomic(UInt64.max)
    private let announce: @Sendable (UInt64) -> Void

    init(_ announce: @escaping @Sendable (UInt64) -> Void) { self.announce = announce }

    func expect(_ limit: UInt64) {
        guard limit < shortest.load(ordering: .relaxed) else { return }
        shortest.store(limit, ordering: .relaxed)
        announce(limit)
    }

    func begin() {}
    func end() {}
}
