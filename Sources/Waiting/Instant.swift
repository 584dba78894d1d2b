internal import Glibc

/// A point on the monotonic clock, in nanoseconds.
///
/// The type is a plain integer, unlike `ContinuousClock.Instant`. The clock is read twice for every task, and instants
/// are stored in frames and passed to POSIX calls.
package struct Instant: Comparable, Sendable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    /// Returns the instant after `duration`, or one that never comes if the clock cannot represent it.
    package static func after(_ duration: Duration) -> Instant {
        now.advanced(byNanoseconds: duration.wholeNanoseconds)
    }

    package func advanced(byNanoseconds count: UInt64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(count)
        // The kernel takes seconds as a signed number, so half of the range stands for "never".
        return Instant(nanoseconds: overflow ? .max / 2 : min(sum, .max / 2))
    }

    /// An instant that never comes.
    package static var never: Instant { Instant(nanoseconds: .max / 2) }

    /// Returns the nanoseconds from `earlier` to this instant, or 0 if `earlier` is later.
    package func nanoseconds(since earlier: Instant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Duration {
    /// The duration in nanoseconds, rounded down and clamped to the range of `UInt64`.
    package var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product &+ UInt64(attoseconds / 1_000_000_000)
    }
}
