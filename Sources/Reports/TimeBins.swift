/// Bins of equal width that cover the time from 0 on, however long it is. They get wider when the time grows.
struct TimeBins {
    /// The width of a bin in nanoseconds.
    private(set) var width: UInt64 = 1024
    /// The most bins. A power of two.
    private(set) var limit: Int

    init(limit: Int) { self.limit = limit }

    /// Widens the bins until `end` is in one of them. Returns how often the bins became twice as wide.
    mutating func reach(_ end: UInt64) -> Int {
        var doublings = 0
        while end / width >= UInt64(limit) {
            width *= 2
            doublings += 1
        }
        return doublings
    }

    /// Halves the number of bins, which become twice as wide.
    mutating func halve() {
        limit /= 2
        width *= 2
    }

    /// Calls `body` with each bin that an interval touches, and the time of the interval in it.
    func forEach(from begin: UInt64, to end: UInt64, _ body: (_ bin: Int, _ nanoseconds: UInt64) -> Void) {
        var time = begin
        while time < end {
            let bin = time / width
            let next = min(end, (bin + 1) * width)
            body(Int(bin), next - time)
            time = next
        }
    }
}

/// What a worker did in each bin.
struct LaneBins {
    struct Bin {
        /// The time in calls, in nanoseconds.
        var busy: UInt64 = 0
        /// The callable that took most of the time, or one that took almost as much.
        var callable: Int32 = 0
        var weight: UInt64 = 0
        var failed: UInt32 = 0

        mutating func add(_ other: Bin) {
            busy += other.busy
            failed &+= other.failed
            vote(other.callable, other.weight)
        }

        /// Counts for one callable, and against all others.
        mutating func vote(_ other: Int32, _ otherWeight: UInt64) {
            if callable == other {
                weight += otherWeight
            } else if weight >= otherWeight {
                weight -= otherWeight
            } else {
                callable = other
                weight = otherWeight - weight
            }
        }
    }

    private(set) var bins: [Bin] = []

    mutating func add(_ bin: Int, _ nanoseconds: UInt64, callable: Int) {
        while bins.count <= bin { bins.append(Bin()) }
        bins[bin].busy += nanoseconds
        bins[bin].vote(Int32(truncatingIfNeeded: callable), nanoseconds)
    }

    mutating func addFailures(_ bin: Int, _ count: Int) {
        while bins.count <= bin { bins.append(Bin()) }
        bins[bin].failed &+= UInt32(clamping: count)
    }

    /// Makes one bin of each two.
    mutating func merge() {
        var merged: [Bin] = []
        for (index, bin) in bins.enumerated() {
            if index % 2 == 0 { merged.append(bin) } else { merged[index / 2].add(bin) }
        }
        bins = merged
    }
}

/// The number of queued calls in each bin: the least and the most.
struct QueueBins {
    struct Bin: Equatable {
        var least = Int.max
        var most = 0
    }

    private(set) var bins: [Bin] = []

    mutating func add(_ bin: Int, _ count: Int) {
        while bins.count <= bin { bins.append(Bin()) }
        bins[bin].least = min(bins[bin].least, count)
        bins[bin].most = max(bins[bin].most, count)
    }

    mutating func merge() {
        var merged: [Bin] = []
        for (index, bin) in bins.enumerated() {
            if index % 2 == 0 {
                merged.append(bin)
            } else {
                merged[index / 2].least = min(merged[index / 2].least, bin.least)
                merged[index / 2].most = max(merged[index / 2].most, bin.most)
            }
        }
        bins = merged
    }
}
