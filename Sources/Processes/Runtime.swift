internal import CLinux
internal import Glibc
internal import Journals
internal import Launching
package import Pool
internal import Scheduling
internal import Synchronization
internal import Waiting
internal import Worker

/// The pools of this process: the launcher's, if it runs under the launcher, and those of its executors.
package final class Runtime: Sendable {
    package static let shared = Runtime()

    struct State {
        /// The pool that all executors share under the launcher.
        var launcherPool: Pool?
        /// The plugin that the launcher runs, in the master.
        var launchedPlugin: LaunchedPlugin?
        /// Whether this is the launcher without `mpiexec`: executors start their workers on this host.
        var isLauncherAlone = false
        /// The launcher's word on whether executors start runners; nil if it leaves that to the environment.
        var isolation: Isolation?
        /// Whether the ranks of this job own runners.
        var areRanksIsolated = false
        /// The first process of this rank's runner; nil if none was forked.
        var forkedRunner: ForkedRunner?
        /// Whether the launcher runs calls in place of a program.
        var runsCalls = false
        /// The launcher's directory for calls that have ended their worker for the last time.
        var failedCalls: String?
        /// The launcher's time limit for calls.
        var timeLimit: Duration?
        /// The launcher's limit for the data of workers.
        var memoryLimit: Int?
        /// How many calls each worker process makes at most, by the launcher's word.
        var maxCallsPerWorker: Int?
        /// The launcher's variables that each worker gets with its own numbers in them, or those of a worker that has
        /// taken them out of its environment.
        var templates = WorkerTemplates()
        /// Whether the launcher has each line of a worker's output labelled.
        var labelsOutput = false
        /// Whether the ranks of this job are on several hosts.
        var isJobOnManyHosts = false
        /// The launcher's word on the heartbeat between hosts.
        var heartbeat: HeartbeatChoice?
        /// The launcher's word on how often calls that fail are made again.
        var retries: RetryRules?
        /// The launcher's journal for executors that have none of their own.
        var journal: JournalSettings?
        /// The launcher's trace for executors that have none of their own.
        var trace: String?
        /// What has become of the tasks of pools that have stopped.
        var pastCounts = TaskCounts()
        /// Pools that have not stopped.
        var livePools: [ObjectIdentifier: Pool] = [:]
        /// How the run ends, if it is to end before all calls were made.
        var draining: Draining?
        var endsWithProcess = false
        var lastStep: (@Sendable (_ status: Int, _ haveStopped: Bool) -> Void)?

        /// Returns true once, for the caller that must install the exit hook.
        mutating func takeExitHook() -> Bool {
            defer { endsWithProcess = true }
            return !endsWithProcess
        }
    }

    let state = Locked(State())
    let mpi = Locked(MPIState())
    let journals = Locked<[OpenJournal]>([])
    let traces = Locked<[OpenTrace]>([])
    let lostRecords = Atomic(false)

    private init() {}

    // MARK: The end of the process

    /// Keeps the process from ending before the pool's work is done.
    ///
    /// - Parameter usesMPI: Whether the program must not finalize MPI before then.
    package func watch(_ pool: Pool, usesMPI: Bool = false) {
        let (isFirst, isDraining) = state.withLock { state in
            state.livePools[ObjectIdentifier(pool)] = pool
            return (state.takeExitHook(), state.draining != nil)
        }
        if isDraining { pool.drain() }
        if isFirst { hookIntoExit() }
        PrematureEnd.begin(usesMPI: usesMPI)
        let hasStopped = { @Sendable [self] in
            forget(pool)
            PrematureEnd.end(usesMPI: usesMPI)
        }
        if !pool.stopped.observe(FutureCore.Observer(notify: hasStopped)) { hasStopped() }
    }

    /// Forgets a pool that has stopped. A pool that was lost is kept, because its workers must be ended when the
    /// process ends.
    private func forget(_ pool: Pool) {
        guard case .value? = pool.stopped.outcome else { return }
        state.withLock { state in
            if state.livePools.removeValue(forKey: ObjectIdentifier(pool)) != nil {
                state.pastCounts = state.pastCounts + pool.counts
            }
        }
    }

    /// How long workers may take to leave when their work is dropped, in nanoseconds.
    private static let grace: UInt64 = 300_000_000
    /// How long workers that are still starting may take to leave, in nanoseconds.
    private static let graceAtStart: UInt64 = 3_000_000_000

    /// Ends all pools when the process exits. With status 0 their work is done first; otherwise it is dropped.
    package func end(status: Int) {
        let (pools, lastStep, draining) = state.withLock { (Array($0.livePools.values), $0.lastStep, $0.draining) }
        if CurrentTask.isInside {
            // This task never completes, so waiting for the pools would deadlock.
            lastStep?(status, false)
            return
        }
        // Calls that run may end before a time limit, even if the program has failed for want of the others.
        let isGraceLeft = draining.map { draining in draining.deadline.map { Instant.now < $0 } ?? true } ?? false
        let mayWait = status == 0 || isGraceLeft
        for pool in pools { mayWait ? pool.finish() : pool.abandon() }
        let isStarting = pools.contains { $0.ready.outcome == nil }
        let grace = isStarting ? Self.graceAtStart : Self.grace
        let deadline = mayWait ? draining?.deadline : Instant.now.advanced(byNanoseconds: grace)
        let haveStopped = pools.allSatisfy { pool in
            // The workers of a lost pool have not said goodbye.
            if case .value? = pool.stopped.wait(until: deadline) { true } else { false }
        }
        if mayWait { for pool in pools { pool.callbacks.drain() } }
        flushJournals()
        closeTraces()
        lastStep?(status, haveStopped)
    }

    /// Ends the calls of futures that were cancelled while they ran, whatever pool they belong to.
    package func endCancelledCalls() {
        for pool in state.withLock({ Array($0.livePools.values) }) where pool.endsCalls { pool.endCancelledCalls() }
    }

    /// Waits until the work of all executors is done and the workers have left. If the process then exits with a status
    /// other than 0, there is nothing to drop.
    package func finish() {
        let pools = state.withLock { Array($0.livePools.values) }
        for pool in pools { pool.finish() }
        for pool in pools { _ = pool.stopped.wait(until: nil) }
    }

    private func hookIntoExit() {
        clinux_on_exit { status in Runtime.shared.end(status: Int(status)) }
    }

    /// Sets the last step of the process, which gets its status and whether all workers have left after a goodbye. The
    /// step may end the process itself.
    package func setLastStep(_ step: @escaping @Sendable (_ status: Int, _ haveStopped: Bool) -> Void) {
        let isFirst = state.withLock { state in
            state.lastStep = step
            return state.takeExitHook()
        }
        if isFirst { hookIntoExit() }
    }

    /// Sets the last step unless there is one already.
    func setDefaultLastStep(_ step: @escaping @Sendable (_ status: Int, _ haveStopped: Bool) -> Void) {
        if state.withLock({ $0.lastStep == nil }) { setLastStep(step) }
    }

    /// Reports an error that ends the program, and exits with status 1.
    package func reportAndExit(_ error: any Error) -> Never {
        Log.errorOnce("\(error)")
        exit(1)
    }
}
