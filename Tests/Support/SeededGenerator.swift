import Glibc

/// Random numbers that a seed repeats: SplitMix64.
///
/// A test with random input prints the seed when it fails; `MPIFUTURES_TEST_SEED` runs it again.
package struct SeededGenerator: RandomNumberGenerator {
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The seed of `MPIFUTURES_TEST_SEED`, or a new one on every run.
    package init() {
        self.init(
            seed: getenv("MPIFUTURES_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0 ... .max)
        )
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
