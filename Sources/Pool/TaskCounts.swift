package import Scheduling

/// What has become of the tasks of one executor, or of several.
package struct TaskCounts: Equatable, Sendable {
    /// Tasks that were ever queued.
    package var submitted = 0
    /// Tasks whose results a journal has had. They are not among the others.
    package var recalled = 0
    /// Tasks that wait in the queue.
    package var queued = 0
    /// Tasks that were sent to workers and have not ended. Those that wait for another try are among them.
    package var running = 0
    /// Tasks that were cancelled.
    package var cancelled = 0
    /// Further tries that were made or will be made.
    package var retried = 0
    /// Tasks that have failed for good.
    package var failures = FailureCounts()

    package init() {}

    /// Tasks that ended with a value.
    package var finished: Int { max(0, submitted - queued - running - cancelled - failures.total) }

    package static func + (one: TaskCounts, other: TaskCounts) -> TaskCounts {
        var sum = one
        sum.submitted += other.submitted
        sum.recalled += other.recalled
        sum.queued += other.queued
        sum.running += other.running
        sum.cancelled += other.cancelled
        sum.retried += other.retried
        sum.failures = one.failures + other.failures
        return sum
    }
}
