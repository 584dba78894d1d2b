internal import DequeModule
internal import Linux
internal import Waiting

/// Runs user code that waits for the end of futures, in order, on a thread of its own, so that no callback delays a
/// task.
///
/// The thread starts with the first callback. It ends when the queue is closed and empty.
package final class CallbackQueue: Sendable {
    private struct State {
        var jobs: Deque<@Sendable () -> Void> = []
        var thread: Thread?
        var isClosed = false
        /// Whether a thread that added a callback runs the queue, because the queue has no thread of its own.
        var isRunByCaller = false
    }

    private let state = Locked(State())
    private let work = Parker()

    package init() {}

    package func add(_ job: @escaping @Sendable () -> Void) {
        let (isOrphaned, mustRun) = state.withLock { state -> (Bool, Bool) in
            state.jobs.append(job)
            if state.thread != nil { return (false, false) }
            // If no thread can be started, the thread that adds a callback runs it.
            guard !state.isClosed, let thread = try? Thread(name: "mpif-callbacks", { self.run() }) else {
                defer { state.isRunByCaller = true }
                return (true, !state.isRunByCaller)
            }
            thread.detach()
            state.thread = thread
            return (false, false)
        }
        if mustRun { runAll() } else if !isOrphaned { work.unpark() }
    }

    /// Runs the callbacks on the caller's thread. A callback that ends another future adds to this run, so a long chain
    /// of futures needs no more stack than a short one.
    private func runAll() {
        while let job = state.withLock({ state -> (@Sendable () -> Void)? in
            let job = state.jobs.popFirst()
            if job == nil { state.isRunByCaller = false }
            return job
        }) { job() }
    }

    /// Waits until every callback that was added before has run. Does not wait if the caller is a callback itself.
    package func drain() {
        let done = Parker()
        let mustWait = state.withLock { state in
            guard let thread = state.thread, !thread.isCurrent else { return false }
            state.jobs.append { done.unpark() }
            return true
        }
        if mustWait {
            work.unpark()
            _ = done.park(until: nil)
        }
    }

    /// Whether the caller is a callback.
    package var isCurrent: Bool { state.withLock { $0.thread?.isCurrent ?? false } }

    /// Ends the thread after the callbacks that have been added. Later callbacks run on the thread that adds them.
    package func close() {
        state.withLock { $0.isClosed = true }
        work.unpark()
    }

    private func run() {
        while true {
            _ = work.park(until: nil)
            while let job = state.withLock({ $0.jobs.popFirst() }) { job() }
            let leaves = state.withLock { state in
                guard state.isClosed, state.jobs.isEmpty else { return false }
                state.thread = nil
                return true
            }
            if leaves { return }
        }
    }
}
