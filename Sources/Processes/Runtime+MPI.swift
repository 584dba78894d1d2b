package import MPIBinding
internal import Waiting

/// The state of MPI in this process, apart from its pools.
struct MPIState {
    var hasStarted = false
    /// Whether this process has spawned others. They belong to its job.
    var hasSpawned = false
    /// Whether some ranks of the world communicator serve. They cannot take part in the program's collective calls.
    var isWorldReserved = false
    /// The communicator of the workers, if this process is a worker.
    var workers: WorkersCommunicator?
}

extension Runtime {
    /// Starts MPI if it is not running, and finalizes it when the process exits.
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
            Log.warning("MPI provides only \(level); do not call MPI in the program while it has an executor")
        }
        guard !MPI.wasJoined else { return }
        setDefaultLastStep { status, haveStopped in
            // With another status, or with workers that are still busy, mpiexec must end the job.
            guard status == 0, haveStopped else {
                // mpiexec does not end processes that were spawned.
                if Runtime.shared.mpi.withLock({ $0.hasSpawned }) { Leaving.quit(status: status) }
                return
            }
            do { try MPI.finalize() } catch { Log.warning("\(error)") }
        }
    }

    /// Reserves the world communicator for a pool. Some of its ranks serve and do not run the program.
    package func reserveWorld() { mpi.withLock { $0.isWorldReserved = true } }

    package var isWorldReserved: Bool { mpi.withLock { $0.isWorldReserved } }

    func noteSpawn() { mpi.withLock { $0.hasSpawned = true } }

    /// The communicator of the workers in a worker process; nil in other processes.
    package var workers: WorkersCommunicator? { mpi.withLock { $0.workers } }

    /// Sets the communicator of the workers. Call it on each of them.
    package func setWorkers(_ communicator: Communicator?) {
        mpi.withLock { $0.workers = communicator.map { WorkersCommunicator($0) } }
    }
}

/// A communicator of workers. It is an object, because MPI may reuse the handle of a freed communicator. Only the
/// object's identity tells two of them apart.
package final class WorkersCommunicator: Sendable {
    package let communicator: Communicator

    init(_ communicator: Communicator) { self.communicator = communicator }
}
