/// The hash function SipHash-2-4 (Aumasson and Bernstein, 2012), with results of 64 and of 128 bits.
///
/// A journal has a secret key of its own. So nobody can construct two calls that have the same hash, and the records of
/// one journal are not valid in another.
package struct SipHash {
    /// The 128 bits of a key or of a hash.
    package struct Words: Hashable, Sendable {
        package var low: UInt64
        package var high: UInt64

        package init(low: UInt64, high: UInt64) {
            self.low = low
            self.high = high
        }
    }

    private var v0, v1, v2, v3: UInt64
    /// The number of bytes so far; a multiple of 8.
    private var count = 0
    private let isLong: Bool

    /// - Parameter isLong: Whether the result has 128 bits.
    package init(key: Words, isLong: Bool) {
        v0 = key.low ^ 0x736f_6d65_7073_6575
        v1 = key.high ^ 0x646f_7261_6e64_6f6d
        v2 = key.low ^ 0x6c79_6765_6e65_7261
        v3 = key.high ^ 0x7465_6462_7974_6573
        if isLong { v1 ^= 0xee }
        self.isLong = isLong
    }

    @inline(__always)
    private mutating func round() {
        v0 = v0 &+ v1
        v2 = v2 &+ v3
        v1 = (v1 &<< 13 | v1 &>> 51) ^ v0
        v3 = (v3 &<< 16 | v3 &>> 48) ^ v2
        v0 = v0 &<< 32 | v0 &>> 32
        v2 = v2 &+ v1
        v0 = v0 &+ v3
        v1 = (v1 &<< 17 | v1 &>> 47) ^ v2
        v3 = (v3 &<< 21 | v3 &>> 43) ^ v0
        v2 = v2 &<< 32 | v2 &>> 32
    }

    /// Adds eight bytes.
    @inline(__always)
    package mutating func add(_ word: UInt64) {
        count &+= 8
        compress(word)
    }

    @inline(__always)
    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    /// Adds a block of any size, and its size, so that no two sequences of blocks are the same input.
    package mutating func add(block: UnsafeRawBufferPointer) {
        add(UInt64(block.count))
        var copy = self
        let rest = copy.addWords(of: block)
        copy.add(Self.word(of: rest))
        self = copy
    }

    /// Adds all complete words of `bytes`. Returns the bytes behind them.
    @inline(__always)
    private mutating func addWords(of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let end = bytes.count & ~7
        guard let base = bytes.baseAddress else { return bytes }
        var offset = 0
        while offset < end {
            add(UInt64(littleEndian: (base + offset).loadUnaligned(as: UInt64.self)))
            offset += 8
        }
        return UnsafeRawBufferPointer(start: base + end, count: bytes.count - end)
    }

    private static func word(of rest: UnsafeRawBufferPointer) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<rest.count { word |= UInt64(rest[index]) &<< UInt64(8 * index) }
        return word
    }

    @inline(__always)
    private mutating func finish(_ rest: UnsafeRawBufferPointer) {
        compress(Self.word(of: rest) | UInt64(truncatingIfNeeded: count &+ rest.count) &<< 56)
        v2 ^= isLong ? 0xee : 0xff
        for _ in 0..<4 { round() }
    }

    /// Returns the hash of 64 bits of all that was added, and of `bytes`.
    package consuming func hash64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        finish(addWords(of: bytes))
        return v0 ^ v1 ^ v2 ^ v3
    }

    /// Returns the hash of 128 bits of all that was added, and of `bytes`.
    package consuming func hash128(_ bytes: UnsafeRawBufferPointer) -> Words {
        finish(addWords(of: bytes))
        let low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return Words(low: low, high: v0 ^ v1 ^ v2 ^ v3)
    }
}
