internal import CLinux
internal import Glibc
internal import Launching
package import Pool
internal import Waiting
internal import Worker

/// What this process has of executors: the launcher's pool, if it runs under one, and those of its own.
package final class Runtime: Sendable {
    package static let shared = Runtime()

    struct State {
        /// The pool that all executors share under the launcher.
        var launcherPool: Pool?
        /// What the launcher runs in this process, if it is the master's.
        var launchedPlugin: LaunchedPlugin?
        /// Whether executors that share no pool have threads for workers: under the launcher, without `mpiexec`.
        var hasThreads = false
        /// Pools that have not stopped yet.
        var livePools: [ObjectIdentifier: Pool] = [:]
        var endsWithProcess = false
        var lastStep: (@Sendable (_ status: Int, _ haveStopped: Bool) -> Void)?

        /// True once: for the caller who has to see to the end of the process.
        mutating func takeExitHook() -> Bool {
            defer { endsWithProcess = true }
            return !endsWithProcess
        }
    }

    let state = Locked(State())
    let mpi = Locked(MPIState())

    private init() {}

    // MARK: The end of the process

    /// Sees to it that the process does not end before the pool's work is done.
    ///
    /// - Parameter usesMPI: Whether the program may not end MPI meanwhile.
    package func watch(_ pool: Pool, usesMPI: Bool = false) {
        let isFirst = state.withLock { state in
            state.livePools[ObjectIdentifier(pool)] = pool
            return state.takeExitHook()
        }
        if isFirst { hookIntoExit() }
        PrematureEnd.begin(usesMPI: usesMPI)
        let hasStopped = { @Sendable [self] in
            forget(pool)
            PrematureEnd.end(usesMPI: usesMPI)
        }
        if !pool.stopped.observe(FutureCore.Observer(notify: hasStopped)) { hasStopped() }
    }

    /// Forgets a pool that has stopped; not one that was lost, whose workers the end of the process has to deal with.
    private func forget(_ pool: Pool) {
        guard case .value? = pool.stopped.outcome else { return }
        state.withLock { $0.livePools[ObjectIdentifier(pool)] = nil }
    }

    /// How long workers may take to leave when their work is not wanted any more, in nanoseconds.
    private static let grace: UInt64 = 300_000_000
    /// The same for workers that have not begun.
    private static let graceAtStart: UInt64 = 3_000_000_000

    /// Runs when the process ends: with status 0 the work of all executors is done first, else it is dropped.
    package func end(status: Int) {
        let (pools, lastStep) = state.withLock { (Array($0.livePools.values), $0.lastStep) }
        if CurrentTask.isInside {
            // A task cannot wait for itself; and nobody is to see what its missing end does to others.
            lastStep?(status, false)
            return
        }
        let mayWait = status == 0
        for pool in pools { mayWait ? pool.finish() : pool.abandon() }
        let isStarting = pools.contains { $0.ready.outcome == nil }
        let grace = isStarting ? Self.graceAtStart : Self.grace
        let deadline = mayWait ? nil : Instant.now.advanced(byNanoseconds: grace)
        let haveStopped = pools.allSatisfy { pool in
            // A pool that was lost has not said goodbye to its workers.
            if case .value? = pool.stopped.wait(until: deadline) { true } else { false }
        }
        if mayWait { for pool in pools { pool.callbacks.drain() } }
        lastStep?(status, haveStopped)
    }

    /// Waits until the work of all executors is done and the workers have left. A process that then ends with another
    /// status than 0 has nothing to drop.
    package func finish() {
        let pools = state.withLock { Array($0.livePools.values) }
        for pool in pools { pool.finish() }
        for pool in pools { _ = pool.stopped.wait(until: nil) }
    }

    private func hookIntoExit() {
        clinux_on_exit { status in Runtime.shared.end(status: Int(status)) }
    }

    /// Has `step` called as the last thing in the process, with its status and whether all workers have left
    /// after a goodbye. It may leave the process by itself.
    package func setLastStep(_ step: @escaping @Sendable (_ status: Int, _ haveStopped: Bool) -> Void) {
        let isFirst = state.withLock { state in
            state.lastStep = step
            return state.takeExitHook()
        }
        if isFirst { hookIntoExit() }
    }

    /// The same, unless there is a last step already.
    func setDefaultLastStep(_ step: @escaping @Sendable (_ status: Int, _ haveStopped: Bool) -> Void) {
        if state.withLock({ $0.lastStep == nil }) { setLastStep(step) }
    }

    /// The end of a program that an error leaves.
    package func reportAndExit(_ error: any Error) -> Never {
        Log.errorOnce("\(error)")
        exit(1)
    }
}
