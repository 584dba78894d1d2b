/// How often calls that fail are made again, and when.
package struct RetryRules: Hashable, Sendable {
    /// How often a call may be made again after failures of each class.
    package var limits: FailureCounts
    /// The wait before a call is made again for the first time, in nanoseconds.
    package var delay: UInt64 = 0
    /// The factor by which each further wait is longer than the one before.
    package var growth: Double = 2
    /// The longest wait, in nanoseconds.
    package var longestDelay: UInt64 = 3_600_000_000_000

    /// Makes the rules without limits, by which no call is made again.
    package init() { limits = FailureCounts() }

    /// Calls that have lost their worker are made again. Other failures are likely to repeat.
    package static var standard: RetryRules {
        var rules = RetryRules()
        rules.limits[.workerLost] = 3
        return rules
    }

    /// What to do with a call that has failed.
    package enum Decision: Equatable, Sendable {
        /// The call is made again after a wait, in nanoseconds.
        case tryAgain(after: UInt64)
        /// The call has failed for good.
        case giveUp
    }

    /// Decides about a call.
    ///
    /// - Parameters:
    ///   - failure: The way in which the call has just failed.
    ///   - failures: All failures of the call, the last one included.
    package func decide(_ failure: FailureClass, _ failures: FailureCounts) -> Decision {
        guard failure != .notMade, failures[failure] <= limits[failure] else { return .giveUp }
        return .tryAgain(after: wait(beforeTry: failures.total))
    }

    /// Returns the wait before a further try; the first further try has the number 1.
    private func wait(beforeTry number: Int) -> UInt64 {
        if delay == 0 { return 0 }
        var wait = Double(delay)
        for _ in 1..<max(1, number) {
            wait *= growth
            guard wait < Double(longestDelay) else { break }
        }
        // The comparison comes first: a wait that has grown without bounds is no `UInt64`.
        return wait < Double(longestDelay) ? UInt64(max(0, wait)) : longestDelay
    }

    /// Whether a call may be made again after a failure that leaves its worker alive.
    package var retriesThrown: Bool { limits[.thrown] > 0 }
}
