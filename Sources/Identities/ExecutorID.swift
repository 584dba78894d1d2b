/// An executor of a pool.
@frozen
public struct ExecutorID: Identity {
    /// The number in frames. It is unique within the pool.
    public let number: UInt32

    /// Makes the identity from its number.
    @inlinable
    public init(_ number: UInt32) { self.number = number }
}
