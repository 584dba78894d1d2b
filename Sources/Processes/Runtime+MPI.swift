package import MPIBinding
internal import Waiting

/// What this process knows of MPI beside its pools.
struct MPIState {
    var hasStarted = false
    /// Whether this process has spawned others, which are of its job.
    var hasSpawned = false
    /// Whether ranks of the world communicator serve, and cannot take part in what a program does there.
    var isWorldReserved = false
    /// The communicator of the workers, if this process is one of them.
    var workers: WorkersCommunicator?
}

extension Runtime {
    /// Starts MPI if it is not running, and sees to its end.
    package func startMPI() throws {
        let isFirst = mpi.withLock { state in
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        guard isFirst else { return }
        ManagerWatch.begin()
        let level = try MPI.initialize()
        ProcessManager.refuseForeignStarter(worldSize: try Communicator.world.size)
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

    package var isWorldReserved: Bool { mpi.withLock { $0.isWorldReserved } }

    func noteSpawn() { mpi.withLock { $0.hasSpawned = true } }

    /// The communicator of the workers, in a process that is one of them; nil in others.
    package var workers: WorkersCommunicator? { mpi.withLock { $0.workers } }

    /// Says which communicator the workers have, on each of them.
    package func setWorkers(_ communicator: Communicator?) {
        mpi.withLock { $0.workers = communicator.map { WorkersCommunicator($0) } }
    }
}

/// A communicator of workers. It is an object because MPI may use a handle again: only the object tells two of them
/// apart.
package final class WorkersCommunicator: Sendable {
    package let communicator: Communicator

    init(_ communicator: Communicator) { self.communicator = communicator }
}
