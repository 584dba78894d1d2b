internal import Identities
internal import Journals
internal import Scheduling
internal import Wire

/// The tasks that `TaskQueue.take` has moved from a queue into a frame.
struct Withdrawal {
    /// The number of tasks that left the queue: sent ones and cancelled ones.
    var taken = 0
    /// The number of tasks that were added to the frame.
    var sent = 0
    var expected: UInt64 = 0
    var firstCallable: CallableID = 0
    var runs: [OwnerRun] = []
    /// The failures that the only task has had already, if it is tried again.
    var failures = FailureCounts()
    /// The number of tasks that left the queue for another try, sent or not.
    var again = 0
    /// When the first of the tasks was queued; 0 if the tasks are not traced.
    var queuedSince: UInt64 = 0
    /// Whether `callables` is wanted.
    var isTraced = false
    /// The callables of the tasks, each with the index of the first of consecutive tasks.
    var callables: [(callable: CallableID, first: Int)] = []
    /// The frame of a large task. It is sent instead of the frame that was passed to `take`.
    var whole: FrameBuffer?
}

extension Withdrawal {
    /// Adds the owners of more tasks; consecutive elements of one map make one run.
    ///
    /// - Parameters:
    ///   - tickets: What a journal needs to know of the tasks.
    ///   - firstTicket: The place of the first task's ticket.
    mutating func append(_ owner: OwnerRun.Owner, count: Int, _ tickets: CallTickets?, firstTicket: Int) {
        if case .elements(let map, let index) = owner, let last = runs.indices.last,
            case .elements(let lastMap, let first) = runs[last].owner, map === lastMap,
            first + runs[last].count == index, tickets == nil, runs[last].tickets == nil
        {
            runs[last].count += count
        } else {
            runs.append(OwnerRun(owner: owner, count: count, tickets: tickets, firstTicket: firstTicket))
        }
    }
}
