internal import Identities
internal import Journals
internal import Scheduling
internal import Wire

/// A run of queued tasks: their encoded records, and the owners of their results.
///
/// A segment belongs to a `TaskQueue`, and is accessed only under the locks of the queue: under `state` until tasks are
/// taken, and under `leaving` from then on.
final class Segment {
    enum Owners {
        /// One future for each record: those in `futures`.
        case futures
        /// Consecutive elements of a map.
        case elements(MapCore, first: Int)
    }

    /// The size, in bytes, from which a segment takes no more tasks.
    static let capacity = 1 << 16

    let owners: Owners
    let records: FrameBuffer
    /// The chunk size that the user asked for; nil if the scheduler chooses.
    let chunkSize: Int?
    /// Whether `records` begins with room for the header of a frame. The segment is then a single large task.
    let isFrame: Bool
    /// Whether these tasks have been sent before. Their owners see them as running.
    private(set) var isRepeated = false
    /// The failures of the only task, if it is tried again.
    private(set) var failures = FailureCounts()

    // The queue's locks exclude concurrent accesses, so dynamic exclusivity checks are not needed.
    /// When the segment was queued; 0 if its tasks are not traced.
    @exclusivity(unchecked) var queuedAt: UInt64 = 0
    /// Nil for elements of a map.
    let futures: FutureList?
    /// What a journal needs to know of each task; nil if the tasks are not recorded.
    let tickets: CallTickets?
    @exclusivity(unchecked) private(set) var count: Int
    /// The offset of the first record that is still queued.
    @exclusivity(unchecked) var offset = 0
    /// The number of records that have been taken.
    @exclusivity(unchecked) var taken = 0
    /// Whether no task may be added, since tasks have been taken: the frames in flight share the list of owners.
    @exclusivity(unchecked) var isSealed = false

    /// Makes a segment of elements of a map.
    init(
        records: FrameBuffer,
        count: Int,
        of map: MapCore,
        first: Int,
        chunkSize: Int?,
        tickets: CallTickets? = nil
    ) {
        self.tickets = tickets
        self.records = records
        self.count = count
        self.chunkSize = chunkSize
        owners = .elements(map, first: first)
        futures = nil
        isFrame = false
    }

    /// Makes a segment of one task, with room for more.
    init(
        _ callable: CallableID,
        _ arguments: UnsafeRawBufferPointer,
        _ future: FutureCore,
        _ tickets: CallTickets? = nil
    ) {
        self.tickets = tickets
        records = FrameBuffer(capacity: arguments.count + 256)
        count = 1
        chunkSize = nil
        owners = .futures
        futures = FutureList([future])
        isFrame = false
        records.append(callable: callable, arguments: arguments)
    }

    /// Makes a segment of one task in a frame of its own.
    init(frame: FrameBuffer, owners: Owners, _ tickets: CallTickets? = nil, _ futures: FutureCore...) {
        self.tickets = tickets
        records = frame
        offset = TaskFrame.reserve
        count = 1
        chunkSize = nil
        self.owners = owners
        self.futures = futures.isEmpty ? nil : FutureList(futures)
        isFrame = true
    }

    /// Makes a segment of tasks that were sent to workers that are lost.
    init(
        repeating frame: FrameBuffer,
        offset: Int,
        owners: Owners,
        futures: FutureList?,
        tickets: CallTickets? = nil,
        count: Int
    ) {
        self.tickets = tickets
        records = frame
        self.offset = offset
        self.owners = owners
        self.futures = futures
        self.count = count
        chunkSize = nil
        isFrame = false
        isSealed = true
        isRepeated = true
    }

    /// Makes a segment of a task that has failed and is tried again, in a frame of its own.
    init(
        again frame: FrameBuffer,
        owners: Owners,
        future: FutureCore?,
        tickets: CallTickets?,
        failures: FailureCounts
    ) {
        self.tickets = tickets
        records = frame
        offset = TaskFrame.reserve
        count = 1
        chunkSize = nil
        self.owners = owners
        futures = future.map { FutureList([$0]) }
        isFrame = true
        isRepeated = true
        self.failures = failures
    }

    /// Adds a task. Returns false if there is no room for it.
    func append(
        _ callable: CallableID,
        _ arguments: UnsafeRawBufferPointer,
        _ future: FutureCore,
        _ ticket: CallTickets?
    ) -> Bool {
        guard !isSealed, !isFrame, case .futures = owners, records.count < Self.capacity else { return false }
        futures?.append(future)
        if let ticket { tickets?.append(ticket) }
        count += 1
        records.append(callable: callable, arguments: arguments)
        return true
    }

    var remaining: Int { count - taken }
}
