internal import Glibc
internal import Synchronization
package import Transport
internal import Waiting
internal import Wire

/// Workers, the dispatcher thread that feeds them, and the executors that share them.
///
/// This is the side that callers see: it takes events from any thread. What they lead to is the `Dispatcher`'s.
package final class Pool: Sendable {
    /// Something that the dispatcher has to look at.
    enum Event {
        case opened(TaskQueue, Setup)
        case news(TaskQueue)
        case share(FrameBuffer, value: UInt32)
        case unshare(TaskQueue, value: UInt32)
        case stop
        case finish
        case abandon
        case failed(String)
    }

    /// What every worker gets before the first task of an executor.
    package struct Setup: Sendable {
        /// The call that every worker makes first.
        package var initializer: (callable: Int, arguments: [UInt8])?
        /// Named values, in CBOR.
        package var globals: [String: [UInt8]] = [:]

        package init() {}

        var isEmpty: Bool { initializer == nil && globals.isEmpty }
    }

    package let callables = CallableTable()
    package let callbacks = CallbackQueue()
    /// The number of workers; before they are there, of those that are expected.
    package var workerCount: Int { transport.workerCount }
    /// Whether calls may have arrays beside them.
    package var movesArrays: Bool { transport.movesArrays }
    /// Ends when every worker has reported, with their identities: `[WorkerIdentity]`.
    package let ready = FutureCore()
    /// Ends when the dispatcher is about to leave: with a value if all workers have said goodbye, else with an error.
    package let stopped = FutureCore()

    /// Says in words what a worker reported of a failing initializer.
    let describeFailure: @Sendable (UnsafeRawBufferPointer) -> String
    private let transport: any MasterTransport
    /// The dispatcher, for one thread at a time; nil before its thread has begun and after it has ended.
    private let dispatcher = Locked<Dispatcher?>(nil)
    /// How many callers wait for results and may stand in for the dispatcher's thread.
    private let waitingCallers = Atomic(0)
    private let events = Locked<[Event]>([])
    private let hasEvents = Atomic(false)
    private let nextExecutor = Atomic<UInt32>(1)
    private let nextValue = Atomic<UInt32>(1)

    /// Starts the dispatcher.
    ///
    /// - Parameter whenStopped: runs on the dispatcher's thread as the last thing before `stopped` ends.
    package init(
        transport: any MasterTransport,
        describeFailure: @escaping @Sendable (UnsafeRawBufferPointer) -> String,
        whenStopped: @escaping @Sendable () -> Void = {}
    ) throws {
        self.describeFailure = describeFailure
        self.transport = transport
        let thread = try Waiting.Thread(name: "mpif-dispatch") { [self] in
            let failure = dispatch()
            whenStopped()
            callbacks.close()
            stopped.complete(failure.map { .failure(PoolFailure.broken($0)) } ?? .value(()))
        }
        thread.detach()
    }

    /// A new executor's queue.
    package func open(_ setup: Setup) -> TaskQueue {
        let number = nextExecutor.wrappingAdd(1, ordering: .relaxed).oldValue
        let queue = TaskQueue(number: number) { [weak self] queue in self?.add(.news(queue)) }
        add(.opened(queue, setup))
        return queue
    }

    /// Sends a value to every worker, ahead of all tasks that are queued from now on; returns its number.
    package func share(_ content: [UInt8]) -> UInt32 {
        let value = nextValue.wrappingAdd(1, ordering: .relaxed).oldValue
        add(.share(ShareFrame.write(value: value, content: content), value: value))
        return value
    }

    /// Has the workers forget a value, after all tasks that are in `queue` now.
    package func unshare(_ value: UInt32, after queue: TaskQueue) { add(.unshare(queue, value: value)) }

    /// Lets the workers go as soon as all executors have finished.
    package func stop() { add(.stop) }

    /// Shuts all executors down, and lets the workers go when they have finished.
    package func finish() { add(.finish) }

    /// Lets the workers go at once: queued tasks are cancelled, running ones are not waited for.
    package func abandon() { add(.abandon) }

    /// The workers are lost.
    package func fail(_ cause: String) { add(.failed(cause)) }

    private func add(_ event: Event) {
        events.withLock { $0.append(event) }
        if hasEvents.exchange(true, ordering: .sequentiallyConsistent) { return }
        if case .news = event, transport.servesCallers,
            dispatcher.withLockIfAvailable({ $0?.standInOnce() ?? false }) ?? false
        {
            return
        }
        transport.doorbell.ring()
    }

    /// For the dispatcher: the events since the last call.
    func takeEvents() -> [Event] {
        guard hasEvents.load(ordering: .relaxed) else { return [] }
        hasEvents.store(false, ordering: .sequentiallyConsistent)
        return events.withLock { events in
            defer { events = [] }
            return events
        }
    }

    var isQuiet: Bool { !hasEvents.load(ordering: .sequentiallyConsistent) }
}

// MARK: - Running the dispatcher

extension Pool {
    /// What the dispatcher's thread does; returns why the pool has failed, if it has.
    private func dispatch() -> String? {
        dispatcher.withLock { $0 = Dispatcher(pool: self, transport: transport) }
        while true {
            switch dispatcher.withLock({ $0?.step() ?? .end }) {
            case .none: break
            case .yield: sched_yield()
            case .sleep(let bell, let until):
                let wasRung = bell.waitForRing(until: until)
                dispatcher.withLock { $0?.getUp(bell, wasRung: wasRung) }
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

    /// Waits awake for what will come soon, doing the dispatcher's work meanwhile where that may be; whether it came.
    func wait(until isDone: () -> Bool) -> Bool {
        guard transport.servesCallers else { return Patience.wait(until: isDone) }
        waitingCallers.add(1, ordering: .relaxed)
        defer { waitingCallers.subtract(1, ordering: .relaxed) }
        var outcome: Bool?
        _ = Patience.wait {
            outcome = isDone() ? true : dispatcher.withLockIfAvailable { $0?.standIn(until: isDone) } ?? nil
            return outcome != nil
        }
        return outcome ?? false
    }

    /// Whether a caller is ready to do the dispatcher's work.
    var hasCallersWaiting: Bool { waitingCallers.load(ordering: .relaxed) > 0 }
}
