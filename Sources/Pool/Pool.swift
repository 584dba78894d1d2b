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
            let dispatcher = Dispatcher(pool: self, transport: transport)
            dispatcher.run()
            whenStopped()
            callbacks.close()
            stopped.complete(dispatcher.failure.map { .failure(PoolFailure.broken($0)) } ?? .value(()))
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
        if !hasEvents.exchange(true, ordering: .sequentiallyConsistent) { transport.doorbell.ring() }
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
