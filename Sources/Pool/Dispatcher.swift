internal import Identities
internal import Linux
internal import Scheduling
internal import Transport
internal import Waiting
internal import Wire

/// Moves tasks from the queues to the workers, and results back. It alone uses the transport of a pool.
///
/// The dispatcher has a thread of its own. A caller that waits for a result may run the dispatcher inline. The `Pool`
/// admits one thread at a time.
///
/// The `Scheduler` makes all decisions. The dispatcher never runs user code and never looks into an argument or a
/// result.
final class Dispatcher {
    /// The size, in bytes, from which a frame takes no second task.
    private static let byteLimit = 1 << 18

    let transport: any MasterTransport
    /// The transport, if it can start lost workers again.
    let restartable: (any RestartableTransport)?
    let inbox: Inbox
    let callables: CallableTable
    /// Ends when every worker has reported.
    let ready: FutureCore
    let describeFailure: @Sendable (UnsafeRawBufferPointer) -> String
    let outageHandling: OutageHandling
    let tally: WorkerTally

    var scheduler = Scheduler()
    var workers: WorkerRoster
    var executors: [ExecutorID: Executor] = [:]
    var sharing = Sharing()
    var idling: IdleState
    /// The tasks that have failed and wait for another try.
    var waitingTasks = RetryQueue<WaitingTask>()
    /// The number of the frame of tasks that was sent last.
    private(set) var lastSequence: FrameSequence = 0
    private(set) var isStopping = false
    /// The reason why the pool cannot be used any more; nil if it can.
    var failure: (any Error)?

    /// A queue, and the workers for which the executor's start still waits.
    struct Executor {
        let queue: TaskQueue
        let setup: ExecutorSetup
        /// The number of workers that have not reported on the initializer yet.
        var awaited: Int
    }

    init(
        transport: any MasterTransport,
        inbox: Inbox,
        callables: CallableTable,
        ready: FutureCore,
        tally: WorkerTally = WorkerTally(),
        outageHandling: OutageHandling = OutageHandling(),
        describeFailure: @escaping @Sendable (UnsafeRawBufferPointer) -> String
    ) {
        self.transport = transport
        restartable = transport as? any RestartableTransport
        self.inbox = inbox
        self.callables = callables
        self.ready = ready
        self.describeFailure = describeFailure
        self.outageHandling = outageHandling
        self.tally = tally
        workers = WorkerRoster(count: transport.workerCount)
        idling = IdleState(transport.waiting)
    }

    /// Receives frames and events, and sends what can be sent. Returns whether there was anything to do.
    func work() -> Bool {
        var isBusy = takeEvents()
        guard failure == nil else { return isBusy }
        if queueDueTasks() { isBusy = true }
        do {
            if try receive() { isBusy = true }
            if try sendBatches() { isBusy = true }
            try sayGoodbyes()
        } catch {
            lose(error)
        }
        return isBusy
    }

    /// The longest expected wait for which the dispatcher stays awake, in nanoseconds. Falling asleep and waking up
    /// takes as long.
    private static let shortWait: UInt64 = 30_000

    /// Whether no worker is expected to answer soon.
    var isWaitLong: Bool { workers.isIdle(forNanoseconds: Self.shortWait) }

    /// Whether a frame may arrive, or needs help to go out.
    var isAwaitingWorkers: Bool {
        failure == nil
            && (transport.isSending || workers.isAwaited || executors.values.contains { $0.awaited > 0 })
    }

    var hasEnded: Bool {
        isStopping && executors.isEmpty && (failure != nil || workers.haveAllLeft && !transport.isSending)
    }
}

// MARK: - Events

extension Dispatcher {
    private func takeEvents() -> Bool {
        let events = inbox.takeEvents()
        for event in events {
            switch event {
            case .opened(let queue, let setup): open(queue, setup)
            case .queueChanged(let queue): processChange(of: queue)
            case .share(let content, let value): share(content, value)
            case .unshare(let queue, let value): unshare(value, after: queue)
            case .cancelledRunning: endCancelledCalls()
            case .lost(let outages): giveUp(outages)
            case .stop: isStopping = true
            case .finish: finish()
            case .abandon: abandon()
            }
        }
        return !events.isEmpty
    }

    private func open(_ queue: TaskQueue, _ setup: ExecutorSetup) {
        if let failure { return queue.breakDown(failure) }
        if isStopping { return queue.breakDown(BreakCause.workersDismissed) }
        executors[queue.executor] = Executor(
            queue: queue,
            setup: setup,
            awaited: setup.initializer == nil ? 0 : workers.servingCount
        )
        do {
            for link in workers.links where link.identity != nil && !link.isLost {
                try introduce(queue.executor, to: link.id)
            }
        } catch {
            lose(error)
        }
        finishBoot(queue.executor)
    }

    /// Sends a worker the start of an executor that has an initializer or globals.
    func introduce(_ executor: ExecutorID, to worker: WorkerID) throws {
        guard let setup = executors[executor]?.setup, !setup.isEmpty else { return }
        let definitions = callables.definitions
        let new = workers[worker].learn(definitions.count)
        if setup.initializer != nil { workers[worker].introducedTo.insert(executor) }
        try transport.send(openFrame(executor, setup, definitions: new, of: definitions), to: worker)
    }

    /// Returns the frame with the start of an executor.
    func openFrame(
        _ executor: ExecutorID,
        _ setup: ExecutorSetup,
        definitions: Range<Int>,
        of all: [CallableDefinition]
    ) -> FrameBuffer {
        let record = setup.initializer.map { callable, arguments in
            let record = FrameBuffer(capacity: arguments.count + 16)
            arguments.withUnsafeBytes { record.append(callable: callable, arguments: $0) }
            return record
        }
        return OpenFrame.write(
            executor: executor,
            definitions: definitions,
            of: all,
            globals: setup.globals,
            initializer: record?.bytes
        )
    }

    func finishBoot(_ executor: ExecutorID) {
        guard let state = executors[executor], state.awaited == 0, workers.hasAllReported else { return }
        state.queue.booted.complete(.value(()))
    }

    private func processChange(of queue: TaskQueue) {
        if let failure { queue.breakDown(failure) }
        if queue.isDrained { failWaitingTasks(of: queue, with: PoolFailure.drained) }
        scheduler.queueChanged(to: queue.queuedTasks(), executor: queue.executor)
        guard queue.hasFinished else { return }
        close(queue)
    }

    /// Ends calls that were sent and whose futures are cancelled.
    private func endCancelledCalls() {
        guard failure == nil, transport.capabilities.contains(.endingCalls) else { return }
        for link in workers.links {
            for frame in link.frames {
                for index in frame.cancelledTasks { transport.endCall(index, of: frame.sequence, on: link.id) }
            }
        }
    }

    private func close(_ queue: TaskQueue) {
        scheduler.executorClosed(queue.executor)
        if let executor = executors.removeValue(forKey: queue.executor), !executor.setup.isEmpty, failure == nil {
            for link in workers.links where !link.saidGoodbye {
                try? transport.send(MasterFrame.closeFrame(executor: queue.executor), to: link.id)
            }
        }
        forgetUnneeded()
        queue.booted.complete(.failure(PoolFailure.shutDown))
        RunTotals.shared.close(queue)
        queue.trace?.close(queue.executor)
        queue.finished.complete(.value(()))
    }

    private func finish() {
        isStopping = true
        for executor in executors.values { executor.queue.close(cancelQueued: false) }
    }

    private func abandon() {
        isStopping = true
        for executor in executors.values {
            executor.queue.close(cancelQueued: true)
            executor.queue.dropAll(PoolFailure.shutDown)
            failFrames(of: executor.queue, with: PoolFailure.shutDown)
            close(executor.queue)
        }
        // Workers that are busy need not be waited for. Workers that have not reported must be: if they were killed
        // while they start MPI, they would leave shared memory behind.
        if transport.capabilities.contains(.endingWorkers), workers.hasAllReported { fail(BreakCause.programEnded) }
    }

    /// Fails everything that waits for the workers of this pool.
    func fail(_ cause: any Error) {
        guard failure == nil else { return }
        failure = cause
        let alive = tally.counts.alive
        tally.lose(alive, serving: alive)
        ready.complete(.failure(PoolFailure.broken(cause)))
        for executor in executors.values {
            breakDown(executor.queue, cause)
            executor.queue.trace?.noteLoss()
        }
    }

    func breakDown(_ queue: TaskQueue, _ cause: any Error) {
        queue.breakDown(cause)
        failFrames(of: queue, with: PoolFailure.broken(cause))
        scheduler.queueChanged(to: 0, executor: queue.executor)
        // Frames in flight are still answered, unless the pool is lost.
        if failure != nil { queue.answeredAll() }
    }

    private func failFrames(of queue: TaskQueue, with error: any Error) {
        workers.failFrames(of: queue, with: error)
        failWaitingTasks(of: queue, with: error)
    }
}

// MARK: - Sending

extension Dispatcher {
    private func sendBatches() throws -> Bool {
        var isBusy = false
        while let batch = scheduler.nextBatch() {
            isBusy = true
            try carryOut(batch)
        }
        return isBusy
    }

    private func carryOut(_ batch: Scheduler.Batch) throws {
        guard let queue = executors[batch.executor]?.queue else {
            return scheduler.carriedOut(batch, taken: 0, sent: 0, expected: 0)
        }
        if RunEnd.isKnown, let callable = queue.nextCallable {
            let expected = scheduler.estimates[callable]
            if expected != TimeEstimates.unknown, !RunEnd.fits(expected) {
                queue.drain()
                RunEnd.noteFull(expected)
            }
        }
        lastSequence = lastSequence.next
        var frame = TaskFrame.begin(
            executor: batch.executor,
            sequence: lastSequence,
            takesArrays: transport.capabilities.contains(.outOfBandArrays),
            capacity: min(32 + 16 * batch.maximumTasks, 4096)
        )
        let estimates = scheduler.estimates
        let taken = queue.take(
            into: frame,
            maximumTasks: batch.maximumTasks,
            budget: batch.budget,
            byteLimit: Self.byteLimit
        ) { estimates[$0] }
        scheduler.carriedOut(batch, taken: taken.taken, sent: taken.sent, expected: taken.expected)
        guard taken.sent > 0 else { return queue.answered(0) }
        if let whole = taken.whole {
            TaskFrame.fillReserve(of: whole, from: frame)
            frame = whole
        }
        if let complete = withDefinitions(frame, for: batch) { frame = complete }
        TaskFrame.setCount(taken.sent, in: frame)
        sharing.noteSent(lastSequence, from: queue, isAgain: taken.again > 0)
        workers[batch.worker].frames.append(
            FrameInFlight(
                sequence: lastSequence,
                queue: queue,
                taken: taken,
                sent: keepsFrames || queue.trace != nil ? frame : nil,
                trace: trace(taken, from: queue, to: batch.worker, frame)
            )
        )
        idling.heapTrimmer.note(frame.memory)
        try transport.send(frame, to: batch.worker)
    }

    /// Whether tasks that were sent may have to be sent again.
    private var keepsFrames: Bool {
        canRestart || callables.retriesThrown
            || !transport.capabilities.isDisjoint(with: [.survivingCrashes, .losingWorkers])
    }

    /// Returns the frame with the definitions of the callables that the worker does not know yet, or nil if it knows
    /// them all.
    ///
    /// The definitions are collected after the tasks have left the queue, since the tasks may name callables that had
    /// no number a moment ago.
    private func withDefinitions(_ frame: FrameBuffer, for batch: Scheduler.Batch) -> FrameBuffer? {
        guard workers[batch.worker].knownCallables < callables.count else { return nil }
        let definitions = callables.definitions
        let complete = TaskFrame.begin(
            executor: batch.executor,
            sequence: lastSequence,
            definitions: workers[batch.worker].learn(definitions.count),
            of: definitions,
            takesArrays: transport.capabilities.contains(.outOfBandArrays),
            capacity: frame.count + 256
        )
        complete.append(UnsafeRawBufferPointer(rebasing: frame.bytes[TaskFrame.reserve...]))
        complete.outOfBand = frame.outOfBand
        return complete
    }

    /// Releases everything. This is the last step of the dispatcher.
    func end() {
        if failure != nil { dismissWorkers() }
        transport.shutDown()
    }

    /// Dismisses the workers of a lost pool, as far as they can still be reached.
    private func dismissWorkers() {
        for link in workers.links where !link.saidGoodbye {
            try? transport.send(MasterFrame.goodbyeFrame(), to: link.id)
        }
    }

    private func sayGoodbyes() throws {
        guard isStopping, executors.isEmpty, workers.hasAllReported else { return }
        for worker in workers.ids where !workers[worker].saidGoodbye {
            workers[worker].saidGoodbye = true
            try transport.send(MasterFrame.goodbyeFrame(), to: worker)
        }
    }
}
