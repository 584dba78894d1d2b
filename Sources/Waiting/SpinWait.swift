internal import Glibc

/// Waits without sleeping for what will come soon.
package enum SpinWait {
    /// The number of looks before a thread goes to sleep. The thread offers its core to others in between, so they take
    /// some tens of microseconds if no other thread wants the core.
    private static let looks = 100
    private static let looksBeforeYielding = 20

    /// Looks for `condition` for a while; returns whether it came to hold.
    package static func wait(until condition: () -> Bool) -> Bool {
        for look in 0..<looks {
            if condition() { return true }
            if look >= looksBeforeYielding { sched_yield() }
        }
        return false
    }
}
