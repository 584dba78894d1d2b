internal import Waiting

// The waiting times of every kind of transport. `Backoff.Limits` has the defaults, which hold where nobody rings.

extension Backoff.Limits {
    /// The waiting times of a loop between threads, where a sleep begins soon and a ring ends it.
    static var everybodyRings: Backoff.Limits {
        var limits = Backoff.Limits()
        limits.yields = 50
        limits.shortestSleep = 20_000_000
        limits.longestSleep = 100_000_000
        return limits
    }

    /// The first sleep and the longest sleep of a loop that everybody rings for, in nanoseconds.
    ///
    /// A ring ends such a sleep, and the deadline is a safety net for a ring that is lost. So the sleeps are a hundred
    /// times as long as those of a loop that nobody can ring for, which has the defaults of `Backoff.Limits`.
    private static let shortestRungSleep: UInt64 = 5_000_000
    private static let longestRungSleep: UInt64 = 50_000_000

    /// The sleep from which on a loop asks peers on other hosts to ring, in nanoseconds. Shorter sleeps cost less than
    /// the messages.
    private static let leastAnnouncedSleep: UInt64 = 200_000

    /// Announces a sleep to peers on other hosts. Returns how long it may take, in nanoseconds: as long as a sleep at a
    /// doorbell, if all peers ring from now on.
    ///
    /// - Parameters:
    ///   - longestSleep: The user's limit of a sleep.
    ///   - announce: Tells the peers. Returns whether all of them ring.
    static func announceSleep(_ nanoseconds: UInt64, longestSleep: UInt64?, _ announce: () -> Bool) -> UInt64 {
        guard nanoseconds >= leastAnnouncedSleep, announce() else { return nanoseconds }
        return max(nanoseconds, min(longestRungSleep, longestSleep ?? .max))
    }

    /// Returns the waiting times of a loop that polls MPI for messages.
    ///
    /// - Parameters:
    ///   - everybodyRings: Whether the sender of every message rings the loop's doorbell.
    ///   - longestSleep: The user's limit of a sleep in nanoseconds (`ExecutorOptions.backoff`), which holds in both
    ///     cases.
    static func polling(everybodyRings: Bool, longestSleep: UInt64?) -> Backoff.Limits {
        var limits = Backoff.Limits()
        if everybodyRings {
            (limits.shortestSleep, limits.longestSleep) = (shortestRungSleep, longestRungSleep)
        }
        if let longestSleep {
            limits.longestSleep = longestSleep
            limits.shortestSleep = min(limits.shortestSleep, longestSleep)
        }
        return limits
    }
}
