/// A generator of random numbers for one call. Its numbers depend on a seed and on the number of a stream alone.
///
/// Give each call of a run a stream of its own, such as its place in a map. The run then has the same numbers with any
/// number of workers, with any chunk size, and where calls are made again:
///
/// ```swift
/// struct Walk: RemoteCallable {
///     var steps: Int
///     var random: CallRandom
///
///     func callAsFunction() -> Int {
///         var random = random
///         return (0..<steps).reduce(0) { place, _ in place + (Bool.random(using: &random) ? 1 : -1) }
///     }
/// }
///
/// let ends = try executor.map({ Walk(steps: 1000, random: $0) }, CallRandom.streams(seed: 42).prefix(100))
/// ```
///
/// Streams are independent of each other, and a stream repeats after 2⁶⁶ numbers. The generator is Philox4x64-10, whose
/// numbers are not fit for secrets. It gives the same bits as `numpy.random.Philox(key=[seed, stream])`.
public struct CallRandom: RandomNumberGenerator, Codable, Hashable, Sendable {
    /// The seed, which all streams of a run share.
    public let seed: UInt64
    /// The number of the stream.
    public let stream: UInt64

    /// The number of blocks that have been computed.
    @usableFromInline var counter: UInt64 = 0
    /// The number of values of the last block that have been returned. It counts up to 4.
    @usableFromInline var used: UInt64 = 4
    // The last block. Stored properties, and not a tuple, have a conformance to `Codable`.
    @usableFromInline var value0: UInt64 = 0
    @usableFromInline var value1: UInt64 = 0
    @usableFromInline var value2: UInt64 = 0
    @usableFromInline var value3: UInt64 = 0

    /// Creates the generator at the beginning of a stream.
    @inlinable
    public init(seed: UInt64, stream: UInt64 = 0) {
        self.seed = seed
        self.stream = stream
    }

    /// Returns the generators of the streams 0, 1, 2, …, without an end.
    ///
    /// A map over several sequences ends with the shortest one, so it can have the streams as they are.
    public static func streams(seed: UInt64) -> some Sequence<CallRandom> {
        (UInt64(0)...).lazy.map { CallRandom(seed: seed, stream: $0) }
    }

    /// Returns a number of which all 64 bits are random.
    @inlinable
    public mutating func next() -> UInt64 {
        if used >= 4 { computeBlock() }
        defer { used += 1 }
        return switch used {
        case 0: value0
        case 1: value1
        case 2: value2
        default: value3
        }
    }

    /// Returns a number in `0 ..< 1`, a multiple of 2⁻⁵³.
    ///
    /// It is the number that `numpy.random.Generator.random` returns. `Double.random(in:using:)` makes another one of the
    /// same bits.
    @inlinable
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    @inlinable
    mutating func computeBlock() {
        counter &+= 1
        (value0, value1, value2, value3) = Philox.block(counter: (counter, 0, 0, 0), key: (seed, stream))
        used = 0
    }
}
