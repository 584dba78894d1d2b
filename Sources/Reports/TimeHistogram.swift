/// How many calls took how long, in classes that are a fifth wider than the one before.
struct TimeHistogram: Equatable {
    /// The classes of each doubling.
    private static let steps = 4

    private(set) var counts = [Int](repeating: 0, count: 64 * steps)

    mutating func add(_ nanoseconds: UInt64, count: Int) { counts[Self.index(nanoseconds)] += count }

    private static func index(_ nanoseconds: UInt64) -> Int {
        guard nanoseconds >= 4 else { return Int(nanoseconds) }
        let exponent = 63 - nanoseconds.leadingZeroBitCount
        return exponent * steps + Int(nanoseconds >> (exponent - 2) & 3)
    }

    /// The shortest time of a class, in nanoseconds.
    static func begin(_ index: Int) -> UInt64 {
        guard index >= 2 * steps else { return UInt64(min(index, 4)) }
        let exponent = index / steps
        return UInt64(steps + index % steps) << (exponent - 2)
    }

    /// Returns the time that a share of the calls did not exceed, within a tenth.
    func quantile(_ share: Double) -> UInt64 {
        let total = counts.reduce(0, +)
        var rest = Int((Double(total) * share).rounded(.up))
        for (index, count) in counts.enumerated() where count > 0 {
            rest -= count
            if rest <= 0 { return (Self.begin(index) + Self.begin(index + 1)) / 2 }
        }
        return 0
    }

    /// The classes that have calls, from the first to the last one.
    var classes: [(begin: UInt64, end: UInt64, count: Int)] {
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else {
            return []
        }
        return (first...last).map { (Self.begin($0), Self.begin($0 + 1), counts[$0]) }.filter { $0.end > $0.begin }
    }
}
