/// A value that a pool's calls share by `broadcast`.
@frozen
public struct SharedValueID: Identity {
    /// The number in frames. It is unique within the pool.
    public let number: UInt32

    /// Makes the identity from its number.
    @inlinable
    public init(_ number: UInt32) { self.number = number }
}
