/// The counter-based generator Philox4x64-10.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11,
/// doi:10.1145/2063384.2063405.
@usableFromInline enum Philox {
    @usableFromInline typealias Block = (UInt64, UInt64, UInt64, UInt64)

    /// Returns the four numbers that belong to a counter. All counters and keys are valid, and none is worse than others.
    @inlinable
    static func block(counter: Block, key: (UInt64, UInt64)) -> Block {
        var counter = counter
        var key = key
        for _ in 0..<10 {
            let first = counter.0.multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
            let second = counter.2.multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
            counter = (second.high ^ counter.1 ^ key.0, second.low, first.high ^ counter.3 ^ key.1, first.low)
            key = (key.0 &+ 0x9E37_79B9_7F4A_7C15, key.1 &+ 0xBB67_AE85_84CA_A73B)
        }
        return counter
    }
}
