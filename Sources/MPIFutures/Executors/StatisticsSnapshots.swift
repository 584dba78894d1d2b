internal import Pool
internal import Waiting

extension PoolExecutor {
    /// Returns the statistics as they change, at intervals, until the executor has ended.
    ///
    /// ```swift
    /// let watch = Task {
    ///     for await now in executor.snapshots(every: .seconds(10)) {
    ///         print("\(now.finished) of \(now.submitted) calls are done")
    ///     }
    /// }
    /// ```
    ///
    /// The first snapshot comes at once. The last one comes when the executor was shut down and all its calls have ended,
    /// and has them all. If the loop takes longer than the interval, snapshots are left out. The sequence also ends when
    /// its Swift task is cancelled. It does not keep the executor: one whose last reference is dropped shuts down.
    ///
    /// - Parameter interval: The time between two snapshots, a millisecond at least.
    public func snapshots(every interval: Duration = .seconds(1)) -> StatisticsSnapshots {
        engine.snapshots(every: interval)
    }
}

/// The sequence that ``PoolExecutor/snapshots(every:)`` returns. Each iterator has its own snapshots.
public struct StatisticsSnapshots: AsyncSequence, Sendable {
    /// A snapshot.
    public typealias Element = ExecutorStatistics
    /// Snapshots cannot fail.
    public typealias Failure = Never

    // The engine would keep the executor from its end.
    fileprivate let pool: Pool
    fileprivate let queue: TaskQueue
    fileprivate let interval: Duration

    /// An iterator that begins with the statistics of the moment.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let snapshots: StatisticsSnapshots
        /// When the next snapshot is due; nil if it is the first.
        fileprivate var due: Instant?
        fileprivate var hasEnded = false

        /// Suspends until the next snapshot is due or the executor has ended. Returns nil behind the last snapshot, and
        /// if the Swift task is cancelled.
        public mutating func next() async -> ExecutorStatistics? { await next(isolation: nil) }

        /// Suspends until the next snapshot is due or the executor has ended. Returns nil behind the last snapshot, and
        /// if the Swift task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> ExecutorStatistics? {
            if hasEnded { return nil }
            let finished = snapshots.queue.finished
            if let due {
                let wait = Suspension()
                if finished.observe(FutureCore.Observer(token: wait) { wait.resume() }) {
                    await wait.suspend(until: due)
                    finished.removeObserver(token: wait)
                }
            }
            if Task.isCancelled {
                hasEnded = true
                return nil
            }
            // Missed snapshots are not made up for.
            due = Swift.max(due ?? .now, .now).advanced(byNanoseconds: snapshots.interval.wholeNanoseconds)
            // Asked before the counts are read, so that the last snapshot has all calls.
            hasEnded = finished.outcome != nil
            return ExecutorEngine.statistics(snapshots.pool, snapshots.queue)
        }
    }

    /// Returns an iterator over snapshots from now on.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(snapshots: self) }
}

extension ExecutorEngine {
    fileprivate func snapshots(every interval: Duration) -> StatisticsSnapshots {
        StatisticsSnapshots(pool: pool, queue: queue, interval: max(interval, .milliseconds(1)))
    }
}
