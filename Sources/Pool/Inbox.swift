internal import Identities
internal import Synchronization
internal import Transport
internal import Waiting
internal import Wire

/// What callers leave for the dispatcher: events, and whether a caller waits for a result.
///
/// Any thread adds events. Only the thread that has the dispatcher takes them.
final class Inbox: Sendable {
    /// Something that the dispatcher has to process.
    enum Event {
        case opened(TaskQueue, ExecutorSetup)
        case queueChanged(TaskQueue)
        case share(SharedContent, value: SharedValueID)
        case unshare(TaskQueue, value: SharedValueID)
        /// Futures were cancelled whose calls had been sent.
        case cancelledRunning
        /// The transport has lost workers.
        case lost([WorkerOutage])
        case stop
        case finish
        case abandon
    }

    private let events = Locked<[Event]>([])
    private let hasEvents = Atomic(false)
    private let callers = Atomic(0)

    /// Adds an event.
    ///
    /// - Returns: Whether the inbox was empty, so that the dispatcher has to be woken.
    func add(_ event: Event) -> Bool {
        events.withLock { $0.append(event) }
        return !hasEvents.exchange(true, ordering: .sequentiallyConsistent)
    }

    /// Takes out the events since the last call.
    func takeEvents() -> [Event] {
        guard hasEvents.load(ordering: .relaxed) else { return [] }
        hasEvents.store(false, ordering: .sequentiallyConsistent)
        return events.withLock { events in
            defer { events = [] }
            return events
        }
    }

    var isEmpty: Bool { !hasEvents.load(ordering: .sequentiallyConsistent) }

    // MARK: Waiting callers

    /// Runs `wait`, and meanwhile counts the caller among those that may run the dispatcher inline.
    func countingCaller<Result>(_ wait: () -> Result) -> Result {
        callers.add(1, ordering: .relaxed)
        defer { callers.subtract(1, ordering: .relaxed) }
        return wait()
    }

    /// The number of callers that look for a result, and are ready to run the dispatcher inline.
    var waitingCallers: Int { callers.load(ordering: .relaxed) }
    var hasWaitingCallers: Bool { waitingCallers > 0 }
}
