/// A type whose `Codable` conformance runs for every value.
///
/// Most values travel in the layout of memory, and nothing of the type's own runs for them. That needs a conformance that
/// the compiler writes. The library finds conformances that are written by hand, and runs them, by watching the first
/// values of a type being encoded and decoded. It cannot see a check that all of these values pass. Conform a type to
/// this protocol if its `init(from:)` checks or changes some of its values, or if its `encode(to:)` does:
///
/// ```swift
/// struct Kelvin: CustomCodable {
///     var degrees: Double
///
///     init(from decoder: any Decoder) throws {
///         degrees = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .degrees)
///         if degrees < 0 { throw TooCold() }
///     }
/// }
/// ```
///
/// - The protocol speaks for the type alone. Types that contain it, and types that it contains, are judged by
///   themselves.
/// - A call or a result that is itself a struct of numbers needs no protocol: its conformance runs for every value
///   anyway, unless it is `BitwiseCodable`, which is the opposite of this protocol.
///
/// Python has no counterpart: pickle does not call `__init__` either.
public protocol CustomCodable: Codable {}
