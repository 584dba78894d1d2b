package import Identities

/// What one call of each callable takes, learnt from the workers' own measurements.
package struct TimeEstimates: Sendable {
    /// Nanoseconds by callable; 0 where nothing is known yet.
    private var times: [UInt64] = []

    /// A callable that was never seen could take any time, so its first calls go out one by one.
    package static let unknown = UInt64.max

    package init() {}

    /// The expected time of one call in nanoseconds, at least 1, or `unknown`.
    package subscript(callable: CallableID) -> UInt64 {
        guard callable.number < times.count, times[callable.number] > 0 else { return Self.unknown }
        return times[callable.number]
    }

    /// Takes in the mean time of some calls.
    ///
    /// Longer times are believed sooner than shorter ones: a frame that turns out too long leaves other workers idle,
    /// one that is too short only costs a message.
    mutating func observe(callable: CallableID, nanoseconds: UInt64) {
        while times.count <= callable.number { times.append(0) }
        let old = times[callable.number]
        let new = max(1, nanoseconds)
        if old == 0 {
            times[callable.number] = new
        } else if new > old {
            times[callable.number] = old + (new - old) / 2
        } else {
            times[callable.number] = old - (old - new) / 4
        }
    }
}
