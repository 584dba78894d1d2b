package import Identities
internal import CLinux
internal import DequeModule
internal import Journals
internal import Scheduling
internal import Synchronization
internal import Waiting
package import Wire

/// The queue of one executor. Callers add tasks, and the dispatcher takes them.
///
/// Callers encode their arguments themselves. They hold the lock only while the encoded bytes are copied.
package final class TaskQueue: Sendable {
    fileprivate struct State {
        var segments: Deque<Segment> = []
        var phase = Phase.open
        /// Whether no further task may begin, also not another try.
        var isDrained = false
        /// Tasks in the segments.
        var queued = 0
        /// The number of tasks that were sent and have not been answered.
        var inFlight = 0
        /// Tasks that have left the segments.
        var taken = 0
        /// The number of tasks that wait for another try, or are queued for one.
        var triedAgain = 0
        var counts = TaskCounts()
        let forkCount = clinux_fork_count()
    }

    fileprivate enum Phase {
        case open
        /// No task begins any more. Those that were sent are waited for.
        case drained
        case shutDown
        case broken(any Error)
    }

    package let executor: ExecutorID
    /// Gets calls that have ended their worker for the last time; nil if nobody wants them.
    let keepFailedCall: (@Sendable (FailedCall) -> Void)?
    /// Completes when all workers have run the initializer, or fails when the executor breaks.
    package let booted = FutureCore()
    /// Completes when the executor is shut down and the last of its tasks has ended.
    package let finished = FutureCore()

    private let state = Locked(State())
    /// Held while tasks are taken, so that callers that add tasks do not wait meanwhile. It is taken before `state`.
    private let leaving = Locked(())
    private let isSignalled = Atomic(false)
    private let signal: @Sendable (TaskQueue) -> Void
    /// The journal of the calls; nil if they are not recorded.
    private let journal: CallJournal?
    /// The trace of the calls; nil if they are not traced.
    let trace: PoolTrace?

    /// - Parameter signal: Tells the dispatcher that this queue has changed. It is called outside of the lock.
    init(
        executor: ExecutorID,
        journal: CallJournal? = nil,
        trace: PoolTrace? = nil,
        keepFailedCall: (@Sendable (FailedCall) -> Void)? = nil,
        signal: @escaping @Sendable (TaskQueue) -> Void
    ) {
        self.executor = executor
        self.journal = journal
        self.trace = trace
        self.keepFailedCall = keepFailedCall
        self.signal = signal
    }

    /// Signals the dispatcher that this queue has changed. One signal covers all changes until the dispatcher looks.
    private func signalDispatcher() {
        // A caller that finds the flag set has added to the queue before the dispatcher looks, since both hold the
        // lock.
        if isSignalled.load(ordering: .relaxed) { return }
        if !isSignalled.exchange(true, ordering: .acquiringAndReleasing) { signal(self) }
    }
}

// MARK: - Callers

extension TaskQueue {
    /// Queues one task.
    package func append(callable: CallableID, arguments: UnsafeRawBufferPointer, future: FutureCore) throws(PoolFailure)
    {
        guard let journal else { return try append(callable, arguments, future, nil) }
        try checkOpen()
        let ticket = journal.makeTickets(capacity: 1)
        if let payload = journal.claim(callable, arguments, ticket) {
            noteRecalled(1)
            future.complete(.payload(payload))
        } else {
            try append(callable, arguments, future, ticket)
        }
    }

    private func append(
        _ callable: CallableID,
        _ arguments: UnsafeRawBufferPointer,
        _ future: FutureCore,
        _ ticket: CallTickets?
    ) throws(PoolFailure) {
        try state.withLock { state throws(PoolFailure) in
            try state.checkOpen()
            if arguments.count >= Segment.capacity {
                // A large task gets a segment of its own, which is sent as a frame without copying.
                let frame = Self.frame(callable: callable, arguments: arguments)
                state.segments.append(timed(Segment(frame: frame, owners: .futures, ticket, future)))
            } else if state.segments.last?.append(callable, arguments, future, ticket) != true {
                state.segments.append(timed(Segment(callable, arguments, future, ticket)))
            }
            state.queued += 1
        }
        signalDispatcher()
    }

    /// Queues one task with out-of-band arrays.
    package func append(frame: FrameBuffer, future: FutureCore) throws(PoolFailure) {
        let (known, ticket) = try claim(frame)
        if let known {
            noteRecalled(1)
            future.complete(.payload(known))
        } else {
            try append(Segment(frame: frame, owners: .futures, ticket, future))
        }
    }

    /// Queues one element of a map with out-of-band arrays.
    package func append(frame: FrameBuffer, of map: MapCore, index: Int) throws(PoolFailure) {
        let (known, ticket) = try claim(frame)
        if let known {
            noteRecalled(1)
            withUnsafeBytes(of: UInt32(known.offset)) {
                map.fill(first: index, buffer: known.buffer, offsets: $0.assumingMemoryBound(to: UInt32.self))
            }
        } else {
            try append(Segment(frame: frame, owners: .elements(map, first: index), ticket))
        }
    }

    /// Fills an element of a map with the result that the journal has of a task. Returns false if there is none.
    package func recall(
        callable: CallableID,
        arguments: UnsafeRawBufferPointer,
        of map: MapCore,
        index: Int
    ) throws(PoolFailure) -> Bool {
        guard let journal else { return false }
        try checkOpen()
        guard let known = journal.claim(callable, arguments, journal.makeTickets(capacity: 1)) else { return false }
        noteRecalled(1)
        withUnsafeBytes(of: UInt32(known.offset)) {
            map.fill(first: index, buffer: known.buffer, offsets: $0.assumingMemoryBound(to: UInt32.self))
        }
        return true
    }

    private func noteRecalled(_ count: Int) { state.withLock { $0.counts.recalled += count } }

    /// Looks up the task of a frame that `Self.frame` has made.
    private func claim(_ frame: FrameBuffer) throws(PoolFailure) -> (known: Payload?, ticket: CallTickets?) {
        guard let journal else { return (nil, nil) }
        try checkOpen()
        let ticket = journal.makeTickets(capacity: 1)
        var reader = FrameReader(frame.bytes, at: TaskFrame.reserve)
        guard let record = try? reader.taskRecord() else { return (nil, nil) }
        return (journal.claim(record.callable, record.arguments, arrays: frame.outOfBand, ticket), ticket)
    }

    private func append(_ segment: Segment) throws(PoolFailure) {
        try state.withLock { state throws(PoolFailure) in
            try state.checkOpen()
            state.segments.append(timed(segment))
            state.queued += 1
        }
        signalDispatcher()
    }

    /// Stores when a segment was queued, if its tasks are traced. Returns the segment.
    private func timed(_ segment: Segment) -> Segment {
        if trace != nil { segment.queuedAt = Instant.now.nanoseconds }
        return segment
    }

    /// Returns a buffer for `append(frame:…)`: the record of a task, behind room for the header of a frame.
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
        guard let journal else {
            return try append([Segment(records: records, count: count, of: map, first: first, chunkSize: chunkSize)])
        }
        try checkOpen()
        var segments: [Segment] = []
        var index = first
        for part in journal.divide(records, count: count) {
            switch part {
            case .known(let buffer, let offsets):
                offsets.withUnsafeBufferPointer { map.fill(first: index, buffer: buffer, offsets: $0) }
                index += offsets.count
                noteRecalled(offsets.count)
            case .new(let records, let tickets):
                segments.append(
                    Segment(
                        records: records,
                        count: tickets.count,
                        of: map,
                        first: index,
                        chunkSize: chunkSize,
                        tickets: tickets
                    )
                )
                index += tickets.count
            }
        }
        if !segments.isEmpty { try append(segments) }
    }

    private func append(_ segments: [Segment]) throws(PoolFailure) {
        let count = segments.reduce(0) { $0 + timed($1).count }
        try state.withLock { state throws(PoolFailure) in
            try state.checkOpen()
            state.segments.append(contentsOf: segments)
            state.queued += count
        }
        signalDispatcher()
    }

    /// Lets no further task begin: those that were not sent fail, and so do later ones. Idempotent.
    package func drain() {
        let dropped = leaving.withLock { _ in
            state.withLock { state -> Deque<Segment> in
                // A shutdown waits for queued tasks, so it can be followed by a drain.
                if case .broken = state.phase { return [] }
                if state.isOpen { state.phase = .drained }
                state.isDrained = true
                return state.failAll()
            }
        }
        if !dropped.isEmpty { RunEnd.noteRefusal() }
        for segment in dropped { segment.fail(PoolFailure.drained) }
        signalDispatcher()
    }

    /// The callable of the task that is taken next; nil if no task is queued.
    var nextCallable: CallableID? {
        leaving.withLock { _ in
            guard let segment = state.withLock({ $0.segments.first }) else { return nil }
            // The queue's records were written by this process, so they are sound.
            var reader = FrameReader(segment.records.bytes, at: segment.offset)
            return try? reader.taskRecord().callable
        }
    }

    /// Whether no further task may begin.
    var isDrained: Bool { state.withLock { $0.isDrained } }

    /// Checks that the queue takes tasks.
    ///
    /// - Throws: `PoolFailure` if the executor is shut down or broken.
    package func checkOpen() throws(PoolFailure) {
        try state.withLock { state throws(PoolFailure) in try state.checkOpen() }
    }

    /// Closes the queue: it takes no more tasks. Queued tasks still run, unless `cancelQueued` is true.
    package func close(cancelQueued: Bool) {
        let cancelled = leaving.withLock { _ in
            state.withLock { state -> Deque<Segment> in
                if state.isOpen { state.phase = .shutDown }
                guard cancelQueued else { return [] }
                let cancelled = state.takeAll { !$0.isRepeated }
                state.counts.cancelled += cancelled.reduce(0) { $0 + $1.remaining }
                return cancelled
            }
        }
        for segment in cancelled { segment.cancel() }
        signalDispatcher()
    }
}

// MARK: - The dispatcher

extension TaskQueue {
    /// Acknowledges the signal. Returns the number of queued tasks.
    func queuedTasks() -> Int {
        isSignalled.store(false, ordering: .sequentiallyConsistent)
        return state.withLock { $0.queued }
    }

    /// Moves queued tasks into a frame: at most `maximumTasks`, and no more than fit into `budget` nanoseconds by
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
            taken.isTraced = trace != nil
            var next = state.withLock { $0.segments.popFirst() }
            if let segment = next, segment.isFrame {
                segment.takeWhole(estimate: estimate, &taken)
                next = nil
            }
            // A task with a frame of its own is sent alone.
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
                state.counts.cancelled += taken.taken - taken.sent
                state.triedAgain -= taken.again
            }
            return taken
        }
    }

    /// What has become of the queue's tasks.
    package var counts: TaskCounts {
        state.withLock { state in
            var counts = state.counts
            counts.submitted = state.taken + state.queued
            counts.queued = state.queued
            counts.running = state.inFlight
            return counts
        }
    }

    /// How many tasks have left the queue, and how many were ever added to it.
    var progress: (taken: Int, appended: Int) {
        state.withLock { ($0.taken, $0.taken + $0.queued) }
    }

    /// Takes note that `count` tasks in flight have ended.
    func answered(_ count: Int) {
        let hasEnded = state.withLock { state in
            state.inFlight -= count
            return state.hasFinished
        }
        if hasEnded { signalDispatcher() }
    }

    /// Takes note of the failures of some tasks that have ended or will end, and of tasks that are tried again.
    func noteFailures(_ failures: FailureCounts, cancelled: Int, triedAgain: Int) {
        state.withLock { state in
            state.counts.failures = state.counts.failures + failures
            state.counts.cancelled += cancelled
            state.counts.retried += triedAgain
            state.triedAgain += triedAgain
        }
    }

    /// Whether any task waits for another try, or is queued for one.
    var hasTriesLeft: Bool { state.withLock { $0.triedAgain > 0 } }

    /// Takes note that no task in flight will be answered any more.
    func answeredAll() {
        state.withLock { $0.inFlight = 0 }
        signalDispatcher()
    }

    /// Queues tasks again that were sent to workers that are lost, ahead of all other tasks.
    ///
    /// - Parameter count: The number of tasks in flight that have ended with their workers. `segments` has those that
    ///   are still wanted.
    func takeBack(_ segments: [Segment], count: Int) {
        let returned = segments.reduce(0) { $0 + $1.count }
        let dropped = state.withLock { state -> Deque<Segment> in
            state.segments.insert(contentsOf: segments, at: 0)
            state.inFlight -= count
            state.taken -= returned
            state.queued += returned
            return state.isDrained ? state.failAll() : []
        }
        if !dropped.isEmpty { RunEnd.noteRefusal() }
        for segment in dropped { segment.fail(PoolFailure.drained) }
        signalDispatcher()
    }

    /// Fails the queued tasks. It cancels none, since their owners may see them as running.
    func dropAll(_ error: any Error) {
        for segment in state.withLock({ $0.failAll() }) { segment.fail(error) }
    }

    /// Breaks the executor: all queued and all later tasks fail.
    func breakDown(_ cause: any Error) {
        let (segments, isNew) = leaving.withLock { _ in
            state.withLock { state -> (Deque<Segment>, Bool) in
                if case .broken = state.phase { return ([], false) }
                if state.isOpen { state.phase = .broken(cause) }
                return (state.failAll(), true)
            }
        }
        for segment in segments { segment.fail(PoolFailure.broken(cause)) }
        if isNew { booted.complete(.failure(PoolFailure.broken(cause))) }
        signalDispatcher()
    }

    /// Whether the executor is shut down or broken, and has nothing left to do.
    var hasFinished: Bool { state.withLock { $0.hasFinished } }
}

extension TaskQueue.State {
    fileprivate var hasFinished: Bool {
        !isOpen && queued == 0 && inFlight == 0
    }

    /// Whether nobody has shut the executor down, and it is not broken.
    fileprivate var isOpen: Bool {
        switch phase {
        case .open, .drained: true
        case .shutDown, .broken: false
        }
    }

    fileprivate func checkOpen() throws(PoolFailure) {
        switch phase {
        case .open: if clinux_fork_count() != forkCount { throw .forked }
        case .drained:
            RunEnd.noteRefusal()
            throw .drained
        case .shutDown: throw .shutDown
        case .broken(let cause): throw .broken(cause)
        }
    }

    /// Removes all segments, whose tasks fail.
    fileprivate mutating func failAll() -> Deque<Segment> {
        let all = takeAll { _ in true }
        counts.failures[.notMade] += all.reduce(0) { $0 + $1.remaining }
        triedAgain = 0
        return all
    }

    /// Removes the segments for which `isMeant` holds, and returns them.
    fileprivate mutating func takeAll(where isMeant: (Segment) -> Bool) -> Deque<Segment> {
        let meant = segments.filter(isMeant)
        segments.removeAll(where: isMeant)
        let count = meant.reduce(0) { $0 + $1.remaining }
        taken += count
        queued -= count
        return Deque(meant)
    }
}
