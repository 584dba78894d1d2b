/// A frame of tasks, in the order in which a pool has sent them. Replies refer to frames by this number.
@frozen
public struct FrameSequence: Hashable, Sendable, CustomStringConvertible, ExpressibleByIntegerLiteral {
    /// The number in frames. It begins anew after 2^32 frames.
    public let number: UInt32

    /// Makes the identity from its number.
    @inlinable
    public init(_ number: UInt32) { self.number = number }

    /// Makes the identity from a literal.
    @inlinable
    public init(integerLiteral number: UInt32) { self.number = number }

    /// The number of the frame that is sent after this one.
    @inlinable
    public var next: FrameSequence { FrameSequence(number &+ 1) }

    /// Returns whether this frame was sent later than `other`, if fewer than 2^31 frames lie between them.
    @inlinable
    public func isLater(than other: FrameSequence) -> Bool { Int32(bitPattern: number &- other.number) > 0 }

    /// The number alone.
    @inlinable
    public var description: String { "\(number)" }
}
