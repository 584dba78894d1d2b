internal import Glibc

/// Waiting awake for what will come soon.
package enum Patience {
    /// How often is looked before a thread goes to sleep, with the core offered to others in between: some tens of
    /// microseconds if no other thread wants it.
    private static let looks = 100
    private static let looksBeforeYielding = 20

    /// Looks for `condition` for a while; whether it came to hold.
    package static func wait(until condition: () -> Bool) -> Bool {
        for look in 0..<looks {
            if condition() { return true }
            if look >= looksBeforeYielding { sched_yield() }
        }
        return false
    }
}
