import Glibc

/// Lengths of tasks in seconds: log-normal around 3 ms, held within 10 us and 1 s. The same seed gives the same lengths,
/// in every language: mpi4py/bench.py makes them too.
func logNormalLengths(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    /// The next of a SplitMix64 sequence, within 0 and 1.
    func uniform() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return (Double((bits ^ (bits >> 31)) >> 11) + 0.5) / 0x1p53
    }
    return (0..<count).map { _ in
        let normal = (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
        return min(max(0.003 * exp(1.5 * normal), 0.000_01), 1)
    }
}

/// The time in which so many workers can do all tasks: the longest are given out first, each to the first that is free.
func longestProcessingTimeFirst(_ lengths: [Double], workers: Int) -> Double {
    var ends = [Double](repeating: 0, count: max(1, workers))
    for length in lengths.sorted(by: >) {
        let first = ends.indices.min { ends[$0] < ends[$1] } ?? 0
        ends[first] += length
    }
    return ends.max() ?? 0
}
