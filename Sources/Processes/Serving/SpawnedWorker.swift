internal import Launching
package import MPIBinding

/// A worker that `MPI_Comm_spawn` has started, and its connection to the master.
package struct SpawnedWorker {
    /// The intercommunicator to the master, made by `MPI_Comm_spawn`.
    package let joint: Communicator

    /// Connects to the master and receives the variables for workers. Collective over the master and all workers.
    ///
    /// The workers' own communicator is a duplicate of their world.
    package init() throws {
        guard let parent = try Communicator.parent else {
            throw LaunchError(
                "\(WorkerInvocation.variable) says that this process was spawned, but it was not; unset the variable"
            )
        }
        joint = parent
        try WorkerEnvironment.receive(joint)
        Runtime.shared.setWorkers(try Communicator.world.duplicate())
    }

    /// Disconnects from the master after the last frame. Collective over the master and all workers.
    package func disconnect() {
        do { try joint.disconnect() } catch { Log.warning("\(error)") }
    }
}
