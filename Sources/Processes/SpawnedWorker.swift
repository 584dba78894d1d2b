internal import Launching
package import MPIBinding

/// A process that `MPI_Comm_spawn` has started as a worker: how it finds its master, and parts from it.
package struct SpawnedWorker {
    /// The intercommunicator to the master, as `MPI_Comm_spawn` has made it.
    package let joint: Communicator

    /// Finds the master, and gets the variables that it has for its workers. Collective over it and all workers.
    ///
    /// A duplicate of the workers' world becomes their own communicator.
    package init() throws {
        guard let parent = try Communicator.parent else {
            throw LaunchError("this process was to be a spawned worker, and nobody has spawned it")
        }
        joint = parent
        try WorkerEnvironment.receive(joint)
        Runtime.shared.setWorkers(try Communicator.world.duplicate())
    }

    /// Parts from the master, after the last frame. Collective over it and all workers.
    package func part() {
        do { try joint.disconnect() } catch { Log.warning("\(error)") }
    }
}
