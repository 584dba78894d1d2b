internal import Synchronization
package import Wire

/// How many worker processes there are, and how many there were. Any thread may read it.
package final class WorkerTally: Sendable {
    private let alive = Atomic(0)
    private let lost = Atomic(0)
    private let restarted = Atomic(0)
    private let recycled = Atomic(0)

    /// The numbers at one time.
    package struct Counts: Equatable, Sendable {
        /// Workers that serve.
        package var alive = 0
        /// Processes that have ended unasked.
        package var lost = 0
        /// Processes that took the place of lost ones.
        package var restarted = 0
        /// Processes that were replaced after as many calls as they may have.
        package var recycled = 0

        package init() {}
    }

    package init() {}

    package var counts: Counts {
        var counts = Counts()
        counts.alive = max(0, alive.load(ordering: .relaxed))
        counts.lost = lost.load(ordering: .relaxed)
        counts.restarted = restarted.load(ordering: .relaxed)
        counts.recycled = recycled.load(ordering: .relaxed)
        return counts
    }

    /// All that has happened, for a tally in which nobody has counted the first process of each worker.
    package var processCounts: ProcessCounts {
        var counts = ProcessCounts()
        counts.serving = alive.load(ordering: .relaxed)
        counts.lost = lost.load(ordering: .relaxed)
        counts.restarted = restarted.load(ordering: .relaxed)
        counts.recycled = recycled.load(ordering: .relaxed)
        return counts
    }

    /// Adds what has happened to processes that another tally counts.
    package func add(_ change: ProcessCounts) {
        alive.add(change.serving, ordering: .relaxed)
        lost.add(change.lost, ordering: .relaxed)
        restarted.add(change.restarted, ordering: .relaxed)
        recycled.add(change.recycled, ordering: .relaxed)
    }

    /// A worker begins to serve for the first time.
    package func join() { alive.add(1, ordering: .relaxed) }

    /// A worker leaves as it should.
    package func leave() { alive.subtract(1, ordering: .relaxed) }

    /// Workers that serve are lost.
    package func lose(_ count: Int = 1, serving: Int) {
        alive.subtract(serving, ordering: .relaxed)
        lost.add(count, ordering: .relaxed)
    }

    /// A process takes the place of a lost one, and does not serve yet.
    package func restart(_ count: Int = 1) { restarted.add(count, ordering: .relaxed) }

    /// A worker serves no more until another process has taken its place.
    package func recycle() {
        alive.subtract(1, ordering: .relaxed)
        recycled.add(1, ordering: .relaxed)
    }
}
