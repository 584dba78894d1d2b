import Glibc

/// Random numbers that a seed repeats: SplitMix64.
///
/// The seed is that of the run, `MPIFUTURES_TEST_SEED`; the name of the behaviour's directory makes others of it.
struct Generator: RandomNumberGenerator, CustomStringConvertible {
    private static let run: UInt64 =
        getenv("MPIFUTURES_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0 ... .max)

    private var state: UInt64

    /// - Parameter stream: threads have streams of their own.
    init(_ context: Context, stream: Int = 0) {
        state = Self.run
        let name = context.scratch.path.split(separator: "/").last ?? ""
        for byte in name.utf8 { state = state &* 31 &+ UInt64(byte) }
        state &+= UInt64(truncatingIfNeeded: stream) &* 0x1234_5678_9abc_def1
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// What repeats the run.
    var description: String { "MPIFUTURES_TEST_SEED=\(Self.run)" }
}
