/// A callable that calls of one pool have named. Callables are numbered from 0, in the order of their definitions.
@frozen
public struct CallableID: Identity {
    /// The number in frames, which indexes lists of callables. It is below 2^32.
    public let number: Int

    /// Makes the identity from its number.
    @inlinable
    public init(_ number: Int) { self.number = number }
}
