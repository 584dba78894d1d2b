internal import Glibc

/// Waits without sleeping for an event that is due soon.
package enum SpinWait {
    /// The number of checks before the thread sleeps. The thread yields its core between them, so they take some tens
    /// of microseconds if no other thread wants the core.
    private static let looks = 100
    /// The number of checks before the thread yields its core for the first time.
    private static let looksBeforeYielding = 20

    /// Checks `condition` repeatedly for a short time. Returns whether it came to hold.
    package static func wait(until condition: () -> Bool) -> Bool {
        for look in 0..<looks {
            if condition() { return true }
            if look >= looksBeforeYielding { sched_yield() }
        }
        return false
    }

    /// Calls `look` repeatedly for a short time. Returns whether it returned true.
    ///
    /// - Parameter look: Checks up to `count` times, and returns true to end the wait. The thread yields its core
    ///   between two calls.
    package static func wait(looking look: (_ count: Int) -> Bool) -> Bool {
        if look(looksBeforeYielding) { return true }
        for _ in looksBeforeYielding..<looks {
            sched_yield()
            if look(1) { return true }
        }
        return false
    }
}
