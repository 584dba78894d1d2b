package import MPIBinding
internal import PluginLoading
internal import Waiting

/// What this process knows of MPI beside its pools.
struct MPIState {
    var hasStarted = false
    /// Whether this process has spawned others, which are of its job.
    var hasSpawned = false
    /// Whether ranks of the world communicator serve, and cannot take part in what a program does there.
    var isWorldReserved = false
    var workers = WorkersCommunicator.none
}

/// The communicator of a pool's workers, in a process that is one of them.
enum WorkersCommunicator: Sendable {
    case none
    case made(Communicator)
    /// To be made from that of master and workers by who asks first: nobody was thought to.
    case left(of: MPIBinding.Communicator)
}

extension Runtime {
    /// Starts MPI if it is not running, and sees to its end.
    func startMPI() throws {
        let isFirst = mpi.withLock { state in
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        guard isFirst else { return }
        ManagerWatch.begin()
        let level = try MPI.initialize()
        ProcessManager.refuseForeignStarter(worldSize: try MPIBinding.Communicator.world.size)
        if level < .serialized {
            Log.warning("MPI provides \(level) only; an executor's thread and the program's own may disturb each other")
        }
        guard !MPI.wasJoined else { return }
        setDefaultLastStep { status, haveStopped in
            // With another status, or with workers that are still busy, the job is over: mpiexec ends it.
            guard status == 0, haveStopped else {
                // It does not look after processes that were spawned.
                if Runtime.shared.mpi.withLock({ $0.hasSpawned }) { Leaving.quit(status: status) }
                return
            }
            do { try MPI.finalize() } catch { Log.warning("\(error)") }
        }
    }

    /// From now on the world communicator belongs to a pool: some of its ranks serve and run no program.
    package func reserveWorld() { mpi.withLock { $0.isWorldReserved = true } }

    var isWorldReserved: Bool { mpi.withLock { $0.isWorldReserved } }

    func noteSpawn() { mpi.withLock { $0.hasSpawned = true } }

    /// The communicator of the workers, in a process that is one of them; nil in others.
    func workersCommunicator() throws -> Communicator? {
        switch mpi.withLock({ $0.workers }) {
        case .none: return nil
        case .made(let communicator): return communicator
        case .left(let joined):
            let made = Communicator(try joined.excluding(rank: 0, tag: 0))
            mpi.withLock { $0.workers = .made(made) }
            return made
        }
    }

    /// Says which communicator the workers have, on each of them.
    package func setWorkers(_ communicator: MPIBinding.Communicator?) {
        mpi.withLock { $0.workers = communicator.map { .made(Communicator($0)) } ?? .none }
    }

    /// Whether this process's program can ask for the communicator of the workers.
    ///
    /// Making it takes a tenth of a second for 16 workers on two cores, in which MPI keeps the cores busy.
    package static var mayAskForWorkers: Bool {
        SymbolUse.isPossible(of: "$s10MPIFutures12CommunicatorC7workersACvgZ", in: "libMPIFutures.so")
    }

    /// Gives the workers a communicator. Collective over them.
    ///
    /// - Parameters:
    ///   - joined: That of the master, who has rank 0, and the workers.
    ///   - isNeeded: Whether any of their programs can ask for it. If none can, whichever library comes later and asks
    ///     has to do so on all workers.
    package func makeWorkers(from joined: MPIBinding.Communicator, isNeeded: Bool) throws {
        let workers: WorkersCommunicator =
            isNeeded ? .made(Communicator(try joined.excluding(rank: 0, tag: 0))) : .left(of: joined)
        mpi.withLock { $0.workers = workers }
    }
}
