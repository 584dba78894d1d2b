package import Identities
internal import CLinux
internal import DequeModule
internal import Synchronization
internal import Waiting
package import Wire

/// The queue of one executor: where callers leave tasks and the dispatcher takes them.
///
/// Callers pay for the encoding of their arguments; what they hold the lock for is one copy of the encoded bytes.
package final class TaskQueue: Sendable {
    fileprivate struct State {
        var segments: Deque<Segment> = []
        var phase = Phase.open
        /// Tasks in the segments.
        var queued = 0
        /// Tasks that were sent and have not been answered.
        var inFlight = 0
        /// Tasks that have left the segments.
        var taken = 0
        let forkCount = clinux_fork_count()
    }

    fileprivate enum Phase {
        case open
        case shutDown
        case broken(String)
    }

    package let executor: ExecutorID
    /// Ends when all workers have run the initializer, or with the executor's breaking.
    package let booted = FutureCore()
    /// Ends when the executor is shut down and the last of its tasks has ended.
    package let finished = FutureCore()

    private let state = Locked(State())
    /// Held while tasks leave the queue, so that callers who add tasks do not wait for that. Taken before `state`.
    private let leaving = Locked(())
    private let isSignalled = Atomic(false)
    private let signal: @Sendable (TaskQueue) -> Void

    /// - Parameter signal: Tells the dispatcher that this queue has changed; called outside the lock.
    init(executor: ExecutorID, signal: @escaping @Sendable (TaskQueue) -> Void) {
        self.executor = executor
        self.signal = signal
    }

    /// Has the dispatcher look at this queue, once for all that happens until it does.
    private func signalDispatcher() {
        // Whoever finds it set has added to the queue before the dispatcher looks: both hold the lock for that.
        if isSignalled.load(ordering: .relaxed) { return }
        if !isSignalled.exchange(true, ordering: .acquiringAndReleasing) { signal(self) }
    }
}

// MARK: - Callers

extension TaskQueue {
    /// Queues one task.
    package func append(callable: CallableID, arguments: UnsafeRawBufferPointer, future: FutureCore) throws(PoolFailure)
    {
        try state.withLock { state throws(PoolFailure) in
            try state.checkOpen()
            if arguments.count >= Segment.capacity {
                // A segment of its own, which will travel as it is.
                let frame = Self.frame(callable: callable, arguments: arguments)
                state.segments.append(Segment(frame: frame, owners: .futures, future))
            } else if state.segments.last?.append(callable: callable, arguments: arguments, future: future) != true {
                state.segments.append(Segment(callable: callable, arguments: arguments, future: future))
            }
            state.queued += 1
        }
        signalDispatcher()
    }

    /// Queues one task with arrays beside it.
    package func append(frame: FrameBuffer, future: FutureCore) throws(PoolFailure) {
        try append(Segment(frame: frame, owners: .futures, future))
    }

    /// Queues one element of a map with arrays beside it.
    package func append(frame: FrameBuffer, of map: MapCore, index: Int) throws(PoolFailure) {
        try append(Segment(frame: frame, owners: .elements(map, first: index)))
    }

    private func append(_ segment: Segment) throws(PoolFailure) {
        try state.withLock { state throws(PoolFailure) in
            try state.checkOpen()
            state.segments.append(segment)
            state.queued += 1
        }
        signalDispatcher()
    }

    /// A buffer for a task that `append(frame:…)` queues: its record, with room for a frame's header before it.
    package static func frame(callable: CallableID, arguments: UnsafeRawBufferPointer) -> FrameBuffer {
        let frame = TaskFrame.reserve(capacity: arguments.count + 64)
        frame.append(callable: callable, arguments: arguments)
        return frame
    }

    /// Queues consecutive elements of a map, whose records the caller has written.
    package func append(
        records: FrameBuffer,
        count: Int,
        of map: MapCore,
        first: Int,
        chunkSize: Int?
    ) throws(PoolFailure) {
        try state.withLock { state throws(PoolFailure) in
            try state.checkOpen()
            state.segments.append(
                Segment(records: records, count: count, of: map, first: first, chunkSize: chunkSize)
            )
            state.queued += count
        }
        signalDispatcher()
    }

    /// Throws if the queue takes no more tasks.
    package func checkOpen() throws(PoolFailure) {
        try state.withLock { state throws(PoolFailure) in try state.checkOpen() }
    }

    /// Why the executor is broken; nil if it is not.
    package var brokenCause: String? {
        state.withLock { state in
            if case .broken(let cause) = state.phase { cause } else { nil }
        }
    }

    /// Takes no more tasks; those that are queued still run, unless they are to be cancelled.
    package func close(cancelQueued: Bool) {
        let cancelled = leaving.withLock { _ in
            state.withLock { state -> Deque<Segment> in
                if case .open = state.phase { state.phase = .shutDown }
                return cancelQueued ? state.takeAll { !$0.isRepeated } : []
            }
        }
        for segment in cancelled { segment.cancel() }
        signalDispatcher()
    }

    /// Whether no task is queued or running.
    package var isIdle: Bool { state.withLock { $0.queued == 0 && $0.inFlight == 0 } }
}

// MARK: - The dispatcher

extension TaskQueue {
    /// Acknowledges the signal; returns how many tasks are queued now.
    func queuedTasks() -> Int {
        isSignalled.store(false, ordering: .sequentiallyConsistent)
        return state.withLock { $0.queued }
    }

    /// Moves queued tasks into a frame: `maximumTasks` at most, and no more than fit into `budget` nanoseconds by
    /// `estimates` or into `byteLimit`. One task always fits.
    func take(
        into frame: FrameBuffer,
        maximumTasks: Int,
        budget: UInt64,
        byteLimit: Int,
        estimate: (_ callable: CallableID) -> UInt64
    ) -> Withdrawal {
        leaving.withLock { _ in
            var taken = Withdrawal()
            var next = state.withLock { $0.segments.popFirst() }
            if let segment = next, segment.isFrame {
                segment.takeWhole(estimate: estimate, &taken)
                next = nil
            }
            // What stands in a frame of its own travels alone.
            while taken.whole == nil, let segment = next, !segment.isFrame,
                taken.sent < maximumTasks || segment.chunkSize != nil
            {
                let before = taken.sent
                segment.isSealed = true
                let isFull = segment.take(
                    into: frame,
                    maximumTasks: maximumTasks,
                    budget: budget,
                    byteLimit: byteLimit,
                    estimate: estimate,
                    &taken
                )
                next = segment.remaining > 0 ? segment : state.withLock { $0.segments.popFirst() }
                if isFull || (taken.sent > before && next?.chunkSize != nil) { break }
            }
            state.withLock { state in
                if let rest = next { state.segments.prepend(rest) }
                state.queued -= taken.taken
                state.taken += taken.taken
                state.inFlight += taken.sent
            }
            return taken
        }
    }

    /// How many tasks have left the queue, and how many have ever been in it.
    var progress: (taken: Int, appended: Int) {
        state.withLock { ($0.taken, $0.taken + $0.queued) }
    }

    /// So many of the tasks in flight have ended.
    func answered(_ count: Int) {
        let hasEnded = state.withLock { state in
            state.inFlight -= count
            return state.hasFinished
        }
        if hasEnded { signalDispatcher() }
    }

    /// Nothing that is in flight will be answered any more.
    func answeredAll() {
        state.withLock { $0.inFlight = 0 }
        signalDispatcher()
    }

    /// Takes tasks back that were sent to workers that are lost: they are the next ones to be sent.
    ///
    /// - Parameter count: How many tasks in flight have ended with their workers; `segments` has those that are wanted.
    func takeBack(_ segments: [Segment], count: Int) {
        let returned = segments.reduce(0) { $0 + $1.count }
        state.withLock { state in
            state.segments.insert(contentsOf: segments, at: 0)
            state.inFlight -= count
            state.taken -= returned
            state.queued += returned
        }
        signalDispatcher()
    }

    /// Fails what is queued; nothing is cancelled that somebody takes for running.
    func dropAll(_ error: any Error) {
        for segment in state.withLock({ $0.takeAll { _ in true } }) { segment.fail(error) }
    }

    /// Breaks the executor: all that is queued and all that comes fails.
    func breakDown(_ cause: String) {
        let (segments, isNew) = leaving.withLock { _ in
            state.withLock { state -> (Deque<Segment>, Bool) in
                if case .broken = state.phase { return ([], false) }
                let wasOpen = if case .open = state.phase { true } else { false }
                if wasOpen { state.phase = .broken(cause) }
                return (state.takeAll { _ in true }, true)
            }
        }
        for segment in segments { segment.fail(PoolFailure.broken(cause)) }
        if isNew { booted.complete(.failure(PoolFailure.broken(cause))) }
        signalDispatcher()
    }

    /// Whether the executor is shut down or broken, with nothing left to do.
    var hasFinished: Bool { state.withLock { $0.hasFinished } }
}

extension TaskQueue.State {
    fileprivate var hasFinished: Bool {
        if case .open = phase { return false }
        return queued == 0 && inFlight == 0
    }

    fileprivate func checkOpen() throws(PoolFailure) {
        switch phase {
        case .open: if clinux_fork_count() != forkCount { throw .forked }
        case .shutDown: throw .shutDown
        case .broken(let cause): throw .broken(cause)
        }
    }

    /// Takes out the segments that `isMeant` holds for.
    fileprivate mutating func takeAll(where isMeant: (Segment) -> Bool) -> Deque<Segment> {
        let meant = segments.filter(isMeant)
        segments.removeAll(where: isMeant)
        let count = meant.reduce(0) { $0 + $1.remaining }
        taken += count
        queued -= count
        return Deque(meant)
    }
}
