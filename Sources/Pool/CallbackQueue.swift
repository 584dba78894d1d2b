internal import DequeModule
internal import Waiting

/// Runs user code that waits for futures' ends, in order, on a thread of its own: no callback delays a task.
///
/// The thread starts with the first callback and leaves when the queue is closed and empty.
package final class CallbackQueue: Sendable {
    private struct State {
        var jobs: Deque<@Sendable () -> Void> = []
        var thread: Waiting.Thread?
        var isClosed = false
    }

    private let state = Locked(State())
    private let work = Parker()

    package init() {}

    package func add(_ job: @escaping @Sendable () -> Void) {
        let isOrphaned = state.withLock { state in
            if state.thread == nil {
                // The rare pool that gets no thread for its callbacks runs them where they fall due.
                guard !state.isClosed, let thread = try? Waiting.Thread(name: "mpif-callbacks", { self.run() })
                else { return true }
                thread.detach()
                state.thread = thread
            }
            state.jobs.append(job)
            return false
        }
        if isOrphaned { job() } else { work.unpark() }
    }

    /// Waits until every callback added so far has run, unless a callback asks.
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

    /// Lets the thread go when it has run what is there. Later callbacks run on the thread that adds them.
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
