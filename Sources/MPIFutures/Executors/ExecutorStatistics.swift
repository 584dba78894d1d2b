internal import Pool
internal import Scheduling
internal import Transport

/// What has become of an executor's calls, and of the workers that it uses. A snapshot.
///
/// ```swift
/// print(executor.statistics.failed.crashed)
/// ```
///
/// At any time each call that was submitted is counted once: as queued, running, finished, cancelled or failed.
public struct ExecutorStatistics: Hashable, Sendable {
    /// The calls that were ever submitted, elements of maps included.
    public let submitted: Int
    /// The calls whose results a journal has had. They were not submitted to workers, and are not among the others.
    public let recalled: Int
    /// The calls that wait in the queue. A call that was cancelled there counts as queued until its turn comes.
    public let queued: Int
    /// The calls that were sent to workers and have not ended. Calls that wait for another try are among them.
    public let running: Int
    /// The calls that ended with a value.
    public let finished: Int
    /// The calls that were cancelled.
    public let cancelled: Int
    /// The calls that have failed for good, by the way in which the last try failed.
    public let failed: Failures
    /// The number of further tries, by `ExecutorOptions.retries`.
    public let retried: Int
    /// The workers. Executors that share a pool, as under the launcher, share these numbers.
    public let workers: Workers

    /// Numbers of failed calls. `RetryPolicy` describes the kinds of failures.
    public struct Failures: Hashable, Sendable {
        /// The calls whose worker was lost, without any sign that they were the cause.
        public let workerLost: Int
        /// The calls that crashed their worker.
        public let crashed: Int
        /// The calls that ended their worker by `exit` or a similar function.
        public let exited: Int
        /// The calls that needed more memory than there is, or than they may have.
        public let outOfMemory: Int
        /// The calls that took longer than their time limit.
        public let timedOut: Int
        /// The calls that threw an error.
        public let thrown: Int
        /// The calls that could not be made, because of their arguments or because the executor was broken, and those
        /// whose result could not be encoded.
        public let notMade: Int

        /// All of them together.
        public var total: Int { workerLost + crashed + exited + outOfMemory + timedOut + thrown + notMade }
    }

    /// Numbers of workers.
    public struct Workers: Hashable, Sendable {
        /// The workers that serve.
        public let alive: Int
        /// The worker processes that have ended unasked. Those that a call ended are among them.
        public let lost: Int
        /// The processes that were started in the place of lost ones.
        public let restarted: Int
        /// The processes that were replaced after `ExecutorOptions.maxCallsPerWorker` calls.
        public let recycled: Int
    }
}

extension ExecutorStatistics {
    init(_ counts: TaskCounts, _ workers: WorkerTally.Counts) {
        submitted = counts.submitted
        recalled = counts.recalled
        queued = counts.queued
        running = counts.running
        finished = counts.finished
        cancelled = counts.cancelled
        failed = Failures(
            workerLost: counts.failures[.workerLost],
            crashed: counts.failures[.crashed],
            exited: counts.failures[.exited],
            outOfMemory: counts.failures[.outOfMemory],
            timedOut: counts.failures[.timedOut],
            thrown: counts.failures[.thrown],
            notMade: counts.failures[.notMade]
        )
        retried = counts.retried
        self.workers = Workers(
            alive: workers.alive,
            lost: workers.lost,
            restarted: workers.restarted,
            recycled: workers.recycled
        )
    }
}
