/// The 128-bit FNV-1a hash (draft-eastlake-fnv, section 5).
///
/// It names the content of files that have no build ID. It is no defence against someone who makes two files collide
/// on purpose: whoever can do that can already run code in the job.
package struct ContentHash {
    private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

    package init() {}

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            state ^= UInt128(byte)
            state &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
    }

    /// The hash, most significant byte first.
    package var bytes: [UInt8] {
        stride(from: 120, through: 0, by: -8).map { UInt8(truncatingIfNeeded: state >> UInt128($0)) }
    }
}
