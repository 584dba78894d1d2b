package import Identities

/// The expected time of a call of each callable, learnt from the measurements of the workers.
package struct TimeEstimates: Sendable {
    /// Nanoseconds by callable, 0 if nothing is known yet.
    private var times: [UInt64] = []

    /// The estimate for a callable that was never called. It is as long as possible, so the first calls are sent one by
    /// one.
    package static let unknown = UInt64.max

    package init() {}

    /// Returns the expected time of one call in nanoseconds, at least 1, or `unknown`.
    package subscript(callable: CallableID) -> UInt64 {
        guard callable.number < times.count, times[callable.number] > 0 else { return Self.unknown }
        return times[callable.number]
    }

    /// Adds an observation: the mean time of some calls.
    ///
    /// Estimates grow faster than they shrink. A frame that is too long leaves other workers idle, while one that is
    /// too short only costs a message.
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
