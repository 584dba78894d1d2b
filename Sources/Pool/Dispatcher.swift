internal import Scheduling
internal import Transport
internal import Waiting
internal import Wire

/// Moves tasks from the queues to the workers and results back: the one that uses a pool's transport.
///
/// It has a thread of its own, and whoever waits for a result may stand in for that; the `Pool` lets one at a time.
/// It decides nothing (the `Scheduler` does), never runs user code and never looks into an argument or a result.
final class Dispatcher {
    /// A frame with more bytes than this takes no second task.
    private static let byteLimit = 1 << 18

    unowned let pool: Pool
    let transport: any MasterTransport
    var scheduler = Scheduler()
    var links: [WorkerLink]
    var executors: [UInt32: Executor] = [:]
    var reported = 0
    /// The number of the frame of tasks that was sent last.
    private(set) var lastSequence: UInt32 = 0
    private(set) var isStopping = false
    /// How the thread waits for more to do.
    var backoff: Backoff
    var wasBusy = true
    var sleep = Sleep.none
    /// A frame that came in while the dispatcher made ready to sleep.
    var early: (worker: Int, frame: FrameBuffer)?
    var sharing = Sharing()
    var tidying = Tidying()
    /// Set when the pool is of no use any more, with the reason.
    var failure: String?

    /// A queue, and what its executor's start still waits for.
    struct Executor {
        let queue: TaskQueue
        let setup: Pool.Setup
        /// Workers that have not reported on the initializer yet.
        var awaited: Int
    }

    init(pool: Pool, transport: any MasterTransport) {
        self.pool = pool
        self.transport = transport
        links = (0..<transport.workerCount).map { WorkerLink(number: $0) }
        backoff = Backoff(transport.waiting)
    }

    /// Takes in what there is and sends what can be sent; whether there was anything.
    func work() -> Bool {
        var isBusy = takeEvents()
        guard failure == nil else { return isBusy }
        do {
            if try receive() { isBusy = true }
            if try sendBatches() { isBusy = true }
            try sayGoodbyes()
        } catch {
            lose("\(error)")
        }
        return isBusy
    }

    /// Less than this is waited for awake, in nanoseconds: falling asleep and waking up takes as long.
    private static let shortWait: UInt64 = 30_000

    /// Whether no worker is expected to answer soon.
    var isWaitLong: Bool {
        links.allSatisfy { link in
            guard let frame = link.frames.first else { return true }
            return frame.expected > Self.shortWait
        }
    }

    /// Whether a frame may come in, or has to be helped on its way out.
    var isAwaitingWorkers: Bool {
        failure == nil
            && (transport.isSending || reported < links.count
                || links.contains { !$0.frames.isEmpty || ($0.saidGoodbye && !$0.hasLeft) }
                || executors.values.contains { $0.awaited > 0 })
    }

    var hasEnded: Bool {
        isStopping && executors.isEmpty && (failure != nil || links.allSatisfy(\.hasLeft) && !transport.isSending)
    }
}

// MARK: - Events

extension Dispatcher {
    private func takeEvents() -> Bool {
        let events = pool.takeEvents()
        for event in events {
            switch event {
            case .opened(let queue, let setup): open(queue, setup)
            case .news(let queue): look(at: queue)
            case .share(let frame, let value): share(frame, value)
            case .unshare(let queue, let value): unshare(value, after: queue)
            case .stop: isStopping = true
            case .finish: finish()
            case .abandon: abandon()
            case .failed(let cause): fail(cause)
            }
        }
        return !events.isEmpty
    }

    private func open(_ queue: TaskQueue, _ setup: Pool.Setup) {
        if let failure { return queue.breakDown(failure) }
        if isStopping { return queue.breakDown("the workers have been let go") }
        executors[queue.number] = Executor(
            queue: queue,
            setup: setup,
            awaited: setup.initializer == nil ? 0 : links.count
        )
        do {
            for link in links where link.identity != nil { try introduce(queue.number, to: link.number) }
        } catch {
            lose("\(error)")
        }
        finishBoot(queue.number)
    }

    /// Tells a worker of an executor that has something to tell.
    func introduce(_ executor: UInt32, to worker: Int) throws {
        guard let setup = executors[executor]?.setup, !setup.isEmpty else { return }
        let record = setup.initializer.map { callable, arguments in
            let record = FrameBuffer(capacity: arguments.count + 16)
            arguments.withUnsafeBytes { record.append(callable: callable, arguments: $0) }
            return record
        }
        let definitions = pool.callables.definitions
        let new = links[worker].learn(definitions.count)
        if setup.initializer != nil { links[worker].introducedTo.insert(executor) }
        try transport.send(
            OpenFrame.write(
                executor: executor,
                definitions: new,
                of: definitions,
                globals: setup.globals,
                initializer: record?.bytes
            ),
            to: worker
        )
    }

    func finishBoot(_ executor: UInt32) {
        guard let state = executors[executor], state.awaited == 0, reported == links.count else { return }
        state.queue.booted.complete(.value(()))
    }

    private func look(at queue: TaskQueue) {
        if let failure { queue.breakDown(failure) }
        scheduler.queueChanged(to: queue.queuedTasks(), executor: queue.number)
        guard queue.hasFinished else { return }
        close(queue)
    }

    private func close(_ queue: TaskQueue) {
        scheduler.executorClosed(queue.number)
        if let executor = executors.removeValue(forKey: queue.number), !executor.setup.isEmpty, failure == nil {
            for link in links where !link.saidGoodbye {
                try? transport.send(MasterFrame.closeFrame(executor: queue.number), to: link.number)
            }
        }
        forgetUnneeded()
        queue.booted.complete(.failure(PoolFailure.shutDown))
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
        // Those that are busy need not be waited for. Those that have not begun are: killed while they start MPI, they
        // would leave shared memory behind.
        if transport.endsWorkers, reported == links.count { fail("the program has ended") }
    }

    /// Ends everything that waits for the workers of this pool.
    func fail(_ cause: String) {
        guard failure == nil else { return }
        failure = cause
        pool.ready.complete(.failure(PoolFailure.broken(cause)))
        for executor in executors.values { breakDown(executor.queue, cause) }
    }

    func breakDown(_ queue: TaskQueue, _ cause: String) {
        queue.breakDown(cause)
        failFrames(of: queue, with: PoolFailure.broken(cause))
        scheduler.queueChanged(to: 0, executor: queue.number)
        // Frames that are out are still answered, unless the pool is lost.
        if failure != nil { queue.answeredAll() }
    }

    private func failFrames(of queue: TaskQueue, with error: any Error) {
        for index in links.indices { links[index].failFrames(of: queue, with: error) }
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
        lastSequence &+= 1
        var frame = TaskFrame.begin(
            executor: batch.executor,
            sequence: lastSequence,
            takesArrays: transport.movesArrays,
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
        sharing.noteSent(lastSequence, from: queue)
        links[batch.worker].frames.append(
            FrameInFlight(
                sequence: lastSequence,
                queue: queue,
                taken: taken,
                sent: transport.canRestart ? frame : nil
            )
        )
        tidying.note(frame.count)
        try transport.send(frame, to: batch.worker)
    }

    /// The frame with the definitions of the callables that the worker does not know yet; nil if it knows them all.
    ///
    /// Looked at when the tasks have left the queue, since they may name what had no number a moment ago.
    private func withDefinitions(_ frame: FrameBuffer, for batch: Scheduler.Batch) -> FrameBuffer? {
        guard links[batch.worker].knownCallables < pool.callables.count else { return nil }
        let definitions = pool.callables.definitions
        let complete = TaskFrame.begin(
            executor: batch.executor,
            sequence: lastSequence,
            definitions: links[batch.worker].learn(definitions.count),
            of: definitions,
            takesArrays: transport.movesArrays,
            capacity: frame.count + 256
        )
        complete.append(UnsafeRawBufferPointer(rebasing: frame.bytes[TaskFrame.reserve...]))
        complete.beside = frame.beside
        return complete
    }

    /// The last that is done.
    func end() {
        if failure != nil { dismissWorkers() }
        transport.shutDown()
    }

    /// Lets the workers of a lost pool go, as far as they can still be reached.
    private func dismissWorkers() {
        for link in links where !link.saidGoodbye {
            try? transport.send(MasterFrame.goodbyeFrame(), to: link.number)
        }
    }

    private func sayGoodbyes() throws {
        guard isStopping, executors.isEmpty, reported == links.count else { return }
        for index in links.indices where !links[index].saidGoodbye {
            links[index].saidGoodbye = true
            try transport.send(MasterFrame.goodbyeFrame(), to: index)
        }
    }
}
