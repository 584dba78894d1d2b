internal import Glibc

/// A point on the monotonic clock, in nanoseconds.
///
/// A plain integer in place of `ContinuousClock.Instant`: it is read twice for every task, stored in frames, and
/// handed to POSIX calls.
package struct Instant: Comparable, Sendable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    /// The instant after `duration`; one that never comes if `duration` is too long for the clock.
    package static func after(_ duration: Duration) -> Instant {
        now.advanced(byNanoseconds: duration.wholeNanoseconds)
    }

    package func advanced(byNanoseconds count: UInt64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(count)
        // The kernel takes seconds as a signed number, so "for ever" is half of the range.
        return Instant(nanoseconds: overflow ? .max / 2 : min(sum, .max / 2))
    }

    /// Nanoseconds from `earlier` to this instant, or 0 if that is in the future.
    package func nanoseconds(since earlier: Instant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Duration {
    /// The duration in nanoseconds, rounded down, and held within 0 and the largest `UInt64`.
    package var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product &+ UInt64(attoseconds / 1_000_000_000)
    }
}
