internal import Glibc
internal import Identities
internal import Waiting
internal import Wire

/// The runners on a master's host that ranks of MPI own: starts and kills go to their owners as messages.
///
/// The transport of the master calls it, on the thread that has the dispatcher.
final class OwnedRunners: RunnerProcesses {
    private let send: @Sendable (FrameBuffer, WorkerID) throws -> Void
    /// The descriptors of memory that owners open. Each stays open until the next process of its worker is started.
    private let open = Locked<[WorkerID: CInt]>([:])

    /// - Parameter send: Sends a frame to a worker's owner.
    init(send: @escaping @Sendable (FrameBuffer, WorkerID) throws -> Void) { self.send = send }

    func start(_ worker: WorkerID, memory: CInt, bell: CInt, progress: TaskProgress?) {
        if let former = open.withLock({ $0.updateValue(memory, forKey: worker) }) { close(former) }
        let files = [memory, bell].map { "/proc/\(getpid())/fd/\($0)" }
        // If the owner cannot be reached, neither can the job be saved: `poll` throws the transport's error.
        try? send(RunnerControl.start(memory: files[0], bell: files[1]).frame, worker)
    }

    /// Owners end no calls: `IsolatedMasterTransport` has no capability for that.
    let timer = CallTimer {}

    func setCancelled(_ calls: [CallPlace], on worker: WorkerID) {}

    func kill(_ worker: WorkerID) { try? send(RunnerControl.kill.frame, worker) }

    func end(leaving: Set<WorkerID>) {
        let descriptors = open.withLock { open in
            defer { open = [:] }
            return Array(open.values)
        }
        for descriptor in descriptors { close(descriptor) }
    }
}
