package import Identities
internal import CLinux
internal import Glibc
internal import Linux
internal import Synchronization
package import Transport
internal import Waiting
package import Wire

/// Workers, the dispatcher thread that feeds them, and the executors that share them.
///
/// This type is the interface for callers. It takes events from any thread, and the `Dispatcher` processes them.
package final class Pool: Sendable {
    package let callables = CallableTable()
    package let callbacks = CallbackQueue()
    /// The number of workers. Before they have started, it is the number that is expected.
    package var workerCount: Int { transport.workerCount }
    /// Whether calls may have out-of-band arrays.
    package var movesArrays: Bool { transport.capabilities.contains(.outOfBandArrays) }
    /// Completes with the identities of all workers (`[WorkerIdentity]`) when every worker has reported.
    package let ready = FutureCore()
    /// Completes when the dispatcher is about to end: with a value if all workers have said goodbye, otherwise with an
    /// error.
    package let stopped = FutureCore()

    /// How many workers there are, and how many were lost.
    package let tally: WorkerTally

    private let describeFailure: @Sendable (UnsafeRawBufferPointer) -> String
    private let outageHandling: OutageHandling
    private let transport: any MasterTransport
    /// The dispatcher, for one thread at a time. It is nil before its thread has begun and after its thread has ended.
    private let dispatcher = Locked<Dispatcher?>(nil)
    private let inbox = Inbox()
    private let forkCount = clinux_fork_count()
    private let nextExecutor = Atomic<UInt32>(1)
    private let nextValue = Atomic<UInt32>(1)
    private let sharedDigest = SharedDigest()
    private let traces = Locked<[PoolTrace]>([])
    private let queues = Locked<(past: TaskCounts, open: [TaskQueue])>((TaskCounts(), []))
    /// Whether no further task begins, in any executor.
    private let isDrained = Atomic(false)

    /// Starts the dispatcher.
    ///
    /// - Parameters:
    ///   - describeFailure: Returns a text for the failure of an initializer that a worker reported.
    ///   - outageHandling: What becomes of the calls of workers that are lost, and who hears of it.
    ///   - whenStopped: Runs on the dispatcher's thread as the last thing before `stopped` ends.
    package init(
        transport: any MasterTransport,
        describeFailure: @escaping @Sendable (UnsafeRawBufferPointer) -> String,
        outageHandling: OutageHandling = OutageHandling(),
        whenStopped: @escaping @Sendable () -> Void = {}
    ) throws {
        self.describeFailure = describeFailure
        self.outageHandling = outageHandling
        self.transport = transport
        tally = transport.tally ?? WorkerTally()
        RunTotals.shared.add(tally)
        let thread: Thread
        do {
            thread = try Thread(name: "mpif-dispatch") { [self] in
                let failure = dispatch()
                whenStopped()
                callbacks.close()
                stopped.complete(failure.map { .failure(PoolFailure.broken($0)) } ?? .value(()))
            }
        } catch {
            // The workers have started or will start, and nobody else would dismiss them.
            transport.dismissWorkers()
            throw error
        }
        thread.detach()
        transport.setOutageHandler { [weak self] in self?.add(.lost($0)) }
    }

    /// Opens an executor and returns its queue.
    ///
    /// - Parameters:
    ///   - keepFailedCall: Gets calls that have ended their worker for the last time, before their futures end. The
    ///     dispatcher calls it, and waits meanwhile.
    ///   - journal: The journal of the executor's calls.
    ///   - trace: The trace of the executor's calls.
    package func open(
        _ setup: ExecutorSetup,
        keepFailedCall: (@Sendable (FailedCall) -> Void)? = nil,
        journal: JournalSetup? = nil,
        trace: TraceSetup? = nil
    ) -> TaskQueue {
        let executor = ExecutorID(nextExecutor.wrappingAdd(1, ordering: .relaxed).oldValue)
        if journal != nil { sharedDigest.begin() }
        let journal = journal.map { CallJournal($0, setup, callables, sharedDigest) }
        let queue = TaskQueue(
            executor: executor,
            journal: journal,
            trace: trace.map { self.trace($0) },
            keepFailedCall: keepFailedCall
        ) { [weak self] queue in
            self?.add(.queueChanged(queue))
        }
        RunTotals.shared.add(queue)
        add(.opened(queue, setup))
        queues.withLock { queues in
            queues.past = queues.open.reduce(queues.past) { $1.hasFinished ? $0 + $1.counts : $0 }
            queues.open.removeAll { $0.hasFinished }
            queues.open.append(queue)
        }
        if isDrained.load(ordering: .sequentiallyConsistent) { queue.drain() }
        return queue
    }

    /// Lets no further task begin, in any executor.
    package func drain() {
        isDrained.store(true, ordering: .sequentiallyConsistent)
        for queue in queues.withLock({ $0.open }) { queue.drain() }
    }

    /// Returns this pool's part of a trace.
    private func trace(_ setup: TraceSetup) -> PoolTrace {
        traces.withLock { traces in
            if let known = traces.first(where: { $0.trace === setup.trace }) { return known }
            let new = PoolTrace(setup, callables, describeFailure: describeFailure)
            traces.append(new)
            return new
        }
    }

    /// What has become of the tasks of all executors so far.
    package var counts: TaskCounts { queues.withLock { queues in queues.open.reduce(queues.past) { $0 + $1.counts } } }

    /// Sends a value to every worker, ahead of all tasks that are queued from now on. Returns the value's number.
    package func share(_ encoding: SharedEncoding, _ bytes: UnsafeRawBufferPointer) -> SharedValueID {
        sharedDigest.add(bytes)
        let value = SharedValueID(nextValue.wrappingAdd(1, ordering: .relaxed).oldValue)
        add(.share(SharedContent(value, encoding, bytes), value: value))
        return value
    }

    /// Lets the workers forget a value after all tasks that `queue` has now.
    package func unshare(_ value: SharedValueID, after queue: TaskQueue) { add(.unshare(queue, value: value)) }

    /// Whether the pool can end a call that runs, and keeps calls to their time limits.
    package var endsCalls: Bool { transport.capabilities.contains(.endingCalls) }

    /// Whether the workers are isolated: a call that ends its worker process costs no other call.
    package var survivesCrashes: Bool { transport.capabilities.contains(.survivingCrashes) }

    /// Ends the calls of futures that were cancelled while they ran.
    package func endCancelledCalls() { add(.cancelledRunning) }

    /// Dismisses the workers as soon as all executors have finished.
    package func stop() { add(.stop) }

    /// Shuts all executors down, and dismisses the workers when the executors have finished.
    package func finish() { add(.finish) }

    /// Dismisses the workers at once. Queued tasks are cancelled, and running ones are not waited for.
    package func abandon() { add(.abandon) }

    /// Waits until the calls whose results anybody has seen are counted as ended.
    ///
    /// The dispatcher hands results out before it counts them: an executor may end with the last count.
    package func finishCounting() {
        if !isForked { dispatcher.withLock { _ in } }
    }

    /// Whether this process was forked from the one that made the pool. In this process the dispatcher's thread does
    /// not run, and the transport must not be used.
    package var isForked: Bool { clinux_fork_count() != forkCount }

    private func add(_ event: Inbox.Event) {
        guard !isForked, inbox.add(event) else { return }
        if case .queueChanged = event, transport.capabilities.contains(.inlineCallers),
            dispatcher.withLockIfAvailable({ $0?.runInlineOnce() ?? false }) ?? false
        {
            return
        }
        transport.doorbell.ring()
    }
}

// MARK: - Running the dispatcher

extension Pool {
    /// Runs the dispatcher on its thread. Returns the cause if the pool has failed, and nil otherwise.
    private func dispatch() -> (any Error)? {
        HeapTrimmer.keepFreedMemory()
        dispatcher.withLock {
            $0 = Dispatcher(
                transport: transport,
                inbox: inbox,
                callables: callables,
                ready: ready,
                tally: tally,
                outageHandling: outageHandling,
                describeFailure: describeFailure
            )
        }
        while true {
            switch dispatcher.withLock({ $0?.step() ?? .end }) {
            case .none: break
            case .yield: sched_yield()
            case .sleep(let bell, let until):
                let wasRung = bell.waitForRing(until: until)
                // The thread counts as asleep meanwhile, so callers can run the dispatcher inline.
                let trimsHeap = !wasRung && dispatcher.withLock { $0?.idling.isHeapTrimDue ?? false }
                if trimsHeap { HeapTrimmer.trim() }
                dispatcher.withLock { $0?.endSleep(bell, wasRung: wasRung, hasTrimmed: trimsHeap) }
            case .end:
                let ended = dispatcher.withLock { dispatcher in
                    defer { dispatcher = nil }
                    return dispatcher
                }
                ended?.end()
                return ended?.failure
            }
        }
    }
}

// MARK: - Waiting callers

extension Pool: WaitHelper {
    /// Waits without sleeping, and runs the dispatcher inline meanwhile where the transport allows it.
    ///
    /// The caller does not hold the dispatcher's lock while it offers its core to other threads. Docs/Decisions/0031
    /// has the reasons.
    package func wait(until isDone: () -> Bool) -> Bool {
        guard transport.capabilities.contains(.inlineCallers) else { return SpinWait.wait(until: isDone) }
        return inbox.countingCaller {
            var run = Dispatcher.InlineRun.threadIsAwake
            _ = SpinWait.wait { looks in
                guard !isDone() else { return true }
                let waitingCallers = inbox.waitingCallers
                let next = dispatcher.withLockIfAvailable {
                    $0?.runInline(looks: looks, waitingCallers: waitingCallers, until: isDone) ?? .ended
                }
                // Without the lock nothing has changed: rings that this caller suppressed may still be.
                if let next { run = next }
                if case .ended = run { return true }
                return false
            }
            if case .looking = run {
                let hasGivenUp = !isDone()
                dispatcher.withLock { $0?.endInlineRun(hasGivenUp: hasGivenUp) }
            }
            return isDone()
        }
    }
}
