/// A rank in the job of a master and its workers, as messages to the user name processes: "rank 2 of 5".
///
/// It is no worker's number. Under the launcher it is the rank in `MPI_COMM_WORLD`. Elsewhere the master counts as rank
/// 0.
@frozen
public struct Rank: Identity {
    /// The number, from 0.
    public let number: Int

    /// Makes the rank from its number.
    @inlinable
    public init(_ number: Int) { self.number = number }

    /// The rank of a worker of a job in which the master is rank 0.
    @inlinable
    public init(of worker: WorkerID) { self.init(worker.number + 1) }
}
