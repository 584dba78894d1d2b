internal import Synchronization
package import Waiting

/// Learns when workers may have calls with a time limit. The transport calls it for all its workers together.
package protocol CallTiming: AnyObject, Sendable {
    /// Announces calls with a time limit, in nanoseconds.
    func expect(_ limit: UInt64)

    /// Counts a worker that has received tasks.
    func begin()

    /// Counts a worker that has answered all its tasks.
    func end()
}

/// Tells the watcher of runners when to look for calls that have taken too long.
///
/// A runner tells nobody that a call begins, so the watcher looks at intervals of the shortest time limit. It comes in
/// time for every call: the deadline of a call that begins right after a look is not before the next look. Without
/// calls that have a limit, the watcher sleeps.
package final class CallTimer: CallTiming {
    private static let least: UInt64 = 1_000_000
    private static let never = UInt64.max

    /// The shortest time limit, in nanoseconds.
    private let interval = Atomic(never)
    /// The number of workers that may have a call with a limit.
    private let busy = Atomic(0)
    private let isLooking = Atomic(false)
    /// Whether the look before found no worker busy. Only the watcher uses it.
    private let wasQuiet = Atomic(false)
    private let wakeUp: @Sendable () -> Void

    /// - Parameter wakeUp: Wakes the watcher.
    package init(wakeUp: @escaping @Sendable () -> Void) { self.wakeUp = wakeUp }

    // MARK: The transport

    package func expect(_ limit: UInt64) {
        let limit = max(limit, Self.least)
        guard limit < interval.load(ordering: .relaxed) else { return }
        interval.store(limit, ordering: .sequentiallyConsistent)
        wakeUp()
    }

    package func begin() {
        busy.add(1, ordering: .sequentiallyConsistent)
        if !isLooking.load(ordering: .sequentiallyConsistent) { wakeUp() }
    }

    package func end() { busy.subtract(1, ordering: .relaxed) }

    // MARK: The watcher

    /// Returns when to look again at the latest; nil if a wake-up will come first.
    package func nextLook(after now: Instant) -> Instant? {
        let interval = interval.load(ordering: .sequentiallyConsistent)
        guard interval != Self.never else { return nil }
        let next = now.advanced(byNanoseconds: interval)
        if isBusy {
            isLooking.store(true, ordering: .sequentiallyConsistent)
            wasQuiet.store(false, ordering: .relaxed)
            return next
        }
        // The watcher stays awake for one more interval, so that calls one after the other do not wake it each time.
        if isLooking.load(ordering: .relaxed), !wasQuiet.exchange(true, ordering: .relaxed) { return next }
        isLooking.store(false, ordering: .sequentiallyConsistent)
        return isBusy ? nextLook(after: now) : nil
    }

    private var isBusy: Bool { busy.load(ordering: .sequentiallyConsistent) > 0 }
}
