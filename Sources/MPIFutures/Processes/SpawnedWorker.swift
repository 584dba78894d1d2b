internal import Launching
internal import MPIBinding
package import Transport

/// A process that `MPI_Comm_spawn` has started as a worker: how it meets its master, and parts from it.
package struct SpawnedWorker {
    package let assembly: Assembly
    /// The rank among the master, which is 0, and the workers.
    package let rank: Int
    package let worldSize: Int
    private let parent: MPIBinding.Communicator
    private let joined: MPIBinding.Communicator

    /// Meets the master, and gets the variables that it has for its workers. Collective over it and all workers.
    package init() throws {
        guard let parent = try MPIBinding.Communicator.parent else {
            throw LaunchError("this process was to be a spawned worker, and nobody has spawned it")
        }
        self.parent = parent
        joined = try parent.merge(high: true)
        try WorkerEnvironment.receive(joined)
        assembly = Assembly(joined, master: 0)
        rank = try joined.rank
        worldSize = try joined.size
        Runtime.shared.setWorkers(try MPIBinding.Communicator.world.duplicate())
    }

    /// Parts from the master, after the last frame. Collective as above.
    package func part() {
        do {
            try joined.free()
            try parent.disconnect()
        } catch {
            Log.warning("\(error)")
        }
    }
}
