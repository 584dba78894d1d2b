/// A worker of a pool. Workers are numbered from 0.
@frozen
public struct WorkerID: Identity {
    /// The worker's number, which indexes lists of workers.
    public let number: Int

    /// Makes the identity from its number.
    @inlinable
    public init(_ number: Int) { self.number = number }
}
