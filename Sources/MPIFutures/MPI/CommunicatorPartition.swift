internal import Glibc
internal import Identities
internal import Linux
internal import MPIBinding
internal import Pool
internal import Processes
internal import Transport
internal import Waiting
internal import Wire
internal import Worker

/// A communicator that is partitioned into one master and many workers, for the lifetime of an executor.
///
/// The launcher has partitioned the world communicator already. An executor on it uses the workers that all executors
/// share.
final class CommunicatorPartition: Sendable {
    enum Role {
        case master(ExecutorEngine)
        case worker(ServeLoop)
    }

    /// The communicators that are partitioned at the moment.
    private static let partitioned = Locked<Set<MPIBinding.Communicator>>([])

    private let whole: MPIBinding.Communicator
    private let root: Int
    /// Whether the launcher has partitioned the communicator.
    private let isShared: Bool
    private let isAlone: Bool
    private let isRoot: Bool
    /// The groups that `end` frees.
    private let made = Locked<MasterWorkerGroups?>(nil)

    init(_ communicator: Communicator, _ root: Int) throws {
        whole = try communicator.handle
        self.root = root
        if try whole.isInter {
            throw ExecutorError(
                .invalidArgument,
                "the communicator is an intercommunicator; merge its groups in C or Fortran by MPI_Intercomm_merge, "
                    + "and pass Communicator(fortranHandle:) of the result"
            )
        }
        let size = try whole.size
        guard (0..<size).contains(root) else {
            throw ExecutorError(.invalidArgument, "the root is \(root), but must be a rank from 0 to \(size - 1)")
        }
        isShared = whole == .world && Runtime.shared.sharesPool
        guard !isShared || root == 0 else {
            throw ExecutorError(
                .invalidArgument,
                "the root is \(root), but must be 0 under the launcher, which runs the program on rank 0 only"
            )
        }
        if !isShared { _ = try communicator.handle(for: "MPICommExecutor") }
        isAlone = size == 1
        isRoot = try whole.rank == root
        let isFree = Self.partitioned.withLock { [whole] in $0.insert(whole).inserted }
        if !isFree {
            throw ExecutorError(
                .notAllowed,
                "the communicator has an executor already; leave its body first, or use a duplicate"
            )
        }
    }

    /// Allows the communicator to be partitioned again.
    func release() { Self.partitioned.withLock { [whole] in _ = $0.remove(whole) } }

    func role(
        _ maxWorkers: Int?,
        _ initializer: (any RemoteCall)?,
        _ options: ExecutorOptions
    ) throws -> Role {
        if isShared {
            return .master(try ExecutorEngine(mpi: maxWorkers, initializer, options))
        }
        if isAlone {
            return .master(try ExecutorEngine(threads: maxWorkers, initializer, options))
        }
        try options.checkVariables(ofOwnProcesses: false)
        let (groups, place) = try divide()
        if isRoot {
            let settings = try Settings.fromEnvironment()
            let transport = try MPIMasterTransport(
                groups.joint,
                hasLinks: settings.hasLinks,
                heartbeat: settings.heartbeat
            )
            let pool = try Pool(transport: transport, language: SwiftLanguage())
            Runtime.shared.watch(pool, usesMPI: true)
            return .master(
                try ExecutorEngine(
                    pool: pool,
                    ownsPool: true,
                    initializer: initializer,
                    globals: options.globals,
                    terms: try options.callTerms,
                    failedCallsDirectory: options.failedCallsDirectory,
                    journal: options.journal,
                    trace: options.trace
                )
            )
        }
        let identity = WorkerIdentity(
            rank: Rank(try MPIBinding.Communicator.world.rank),
            worldSize: try MPIBinding.Communicator.world.size,
            host: HostName.current,
            processID: getpid()
        )
        PrematureEnd.begin(usesMPI: true)
        let transport = try MPIWorkerTransport(groups.joint)
        let loop = ServeLoop(
            transport: transport,
            language: SwiftLanguage(),
            identity: identity,
            place: place ?? WorkerPlace(0, of: 1)
        )
        return .worker(loop)
    }

    /// Joins the master and the workers. Collective.
    ///
    /// - Returns: The groups, and the numbers of this process if it is a worker.
    private func divide() throws -> (MasterWorkerGroups, WorkerPlace?) {
        // All messages travel on a duplicate, so that the program can use its communicator meanwhile. Making the
        // duplicate is the hand-shake.
        let peer = try whole.duplicate()
        defer { Self.free(peer.free) }
        let places = try RankPlaces(of: peer, master: root)
        let groups = try MasterWorkerGroups(dividing: peer, master: root)
        made.withLock { $0 = groups }
        if !isRoot { Runtime.shared.setWorkers(groups.local) }
        return (groups, places.own)
    }

    /// Frees the groups. Collective. Call it after the last frame of both sides.
    func end() {
        guard let groups = made.withLock({ $0.take() }) else { return }
        if Leaving.hasLostRanks {
            // No collective call ends any more, and this program is about to make some.
            Log.error("ranks of this job are lost, so it ends; start it again without their host")
            Leaving.quit(status: 1)
        }
        if !isRoot {
            PrematureEnd.end(usesMPI: true)
            Runtime.shared.setWorkers(nil)
        }
        Self.free(groups.free)
    }

    private static func free(_ communicators: () throws -> Void) {
        do { try communicators() } catch { Log.warning("\(error)") }
    }
}
