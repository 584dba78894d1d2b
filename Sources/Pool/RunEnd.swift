internal import Synchronization
package import Waiting

/// The end of a run that is not the program's own: the time limit of a batch system, or its signal before that.
package enum RunEnd {
    /// When the run must have ended, by the clock of `Instant`; 0 if that is not known.
    private static let deadline = Atomic<UInt64>(0)
    private static let refusals = Atomic<Int>(0)
    private static let observer = Locked<(@Sendable (_ expected: Double, _ left: Double) -> Void)?>(nil)

    /// Sets when the run must have ended. Calls whose expected time does not fit do not begin.
    ///
    /// - Parameter whenFull: Called when the next call of an executor does not fit, with its expected time and the time
    ///   left, in seconds.
    package static func set(
        _ end: Instant,
        whenFull: @escaping @Sendable (_ expected: Double, _ left: Double) -> Void
    ) {
        observer.withLock { $0 = whenFull }
        deadline.store(end.nanoseconds, ordering: .sequentiallyConsistent)
    }

    /// Whether it is known when the run must have ended.
    static var isKnown: Bool { deadline.load(ordering: .relaxed) != 0 }

    /// Returns whether a call that takes `expected` nanoseconds would end in time.
    static func fits(_ expected: UInt64) -> Bool {
        let end = deadline.load(ordering: .relaxed)
        let now = Instant.now.nanoseconds
        return now < end && expected < end - now
    }

    /// Reports that a call does not fit.
    static func noteFull(_ expected: UInt64) {
        let (end, now) = (deadline.load(ordering: .relaxed), Instant.now.nanoseconds)
        let left = end > now ? Double(end - now) / 1e9 : 0
        observer.withLock { $0 }?(Double(expected) / 1e9, left)
    }

    /// Takes note that a call did not begin, or was dropped.
    package static func noteRefusal() { refusals.add(1, ordering: .relaxed) }

    /// Whether a call did not begin because its executor was drained, or was dropped.
    package static var hasRefused: Bool { refusals.load(ordering: .relaxed) > 0 }
}
