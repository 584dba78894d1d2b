/// A number that stands for one thing of one kind. Numbers of different kinds cannot be mistaken for each other.
///
/// The types of this module are public because the compiler inlines only public functions into other modules; see
/// `Docs/Decisions/0009-inlined-locks.md`. Nothing outside this package sees the module.
public protocol Identity: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByIntegerLiteral {
    associatedtype Number: FixedWidthInteger & Sendable where IntegerLiteralType == Number

    /// The number, as it stands in frames.
    var number: Number { get }

    /// Makes the identity from its number.
    init(_ number: Number)
}

extension Identity {
    /// Makes the identity from a literal.
    @inlinable
    public init(integerLiteral number: Number) { self.init(number) }

    /// Compares the numbers.
    @inlinable
    public static func == (left: Self, right: Self) -> Bool { left.number == right.number }

    /// Orders by the numbers.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    /// Hashes the number.
    @inlinable
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }

    /// The number alone.
    @inlinable
    public var description: String { "\(number)" }
}
