/// The way in which a call failed, as far as counts and further tries tell failures apart.
package enum FailureClass: Int, CaseIterable, Sendable {
    /// The worker process was lost, and nothing says that the call was the cause.
    case workerLost
    /// The call crashed its worker process.
    case crashed
    /// The call ended its worker process by `exit` or a similar function.
    case exited
    case outOfMemory
    case timedOut
    /// The callable threw.
    case thrown
    /// The call was not made, or its result could not be encoded. Another try would fail in the same way.
    case notMade

    /// The classes for which another try may help.
    package static let retried: [FailureClass] = allCases.filter { $0 != .notMade }

    /// Whether the call ended its worker process.
    package var endsWorker: Bool { self != .thrown && self != .notMade }
}

/// A number for each class of failure.
package struct FailureCounts: Hashable, Sendable {
    private var counts = SIMD8<Int>()

    package init() {}

    package subscript(failure: FailureClass) -> Int {
        get { counts[failure.rawValue] }
        set { counts[failure.rawValue] = newValue }
    }

    package var total: Int { counts.wrappedSum() }

    package static func + (one: FailureCounts, other: FailureCounts) -> FailureCounts {
        var sum = FailureCounts()
        sum.counts = one.counts &+ other.counts
        return sum
    }
}
