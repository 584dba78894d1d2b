internal import Identities
internal import Wire

/// A run of queued tasks: their records, as they will travel, and who gets their results.
///
/// Belongs to a `TaskQueue` and is touched under its locks only: `state` until tasks are taken, `leaving` from then on.
final class Segment {
    enum Owners {
        /// One future for each record: those in `futures`.
        case futures
        /// Consecutive elements of a map.
        case elements(MapCore, first: Int)
    }

    /// A segment that holds so many bytes is full.
    static let capacity = 1 << 16

    let owners: Owners
    let records: FrameBuffer
    /// The chunk size that the user asked for; nil for the scheduler's choice.
    let chunkSize: Int?
    /// Whether `records` begins with room for a frame's header: a single large task.
    let isFrame: Bool
    /// Whether these tasks have been sent before, to workers that were lost: for their owners they are running.
    private(set) var isRepeated = false

    // The locks see to it that nobody else is inside.
    /// Nil for elements of a map.
    let futures: FutureList?
    @exclusivity(unchecked) private(set) var count: Int
    /// Where the first record that is still queued begins.
    @exclusivity(unchecked) var offset = 0
    /// How many records have been taken.
    @exclusivity(unchecked) var taken = 0
    /// Whether nothing may be added, since tasks have been taken: who waits for them shares the list of owners.
    @exclusivity(unchecked) var isSealed = false

    /// Elements of a map.
    init(records: FrameBuffer, count: Int, of map: MapCore, first: Int, chunkSize: Int?) {
        self.records = records
        self.count = count
        self.chunkSize = chunkSize
        owners = .elements(map, first: first)
        futures = nil
        isFrame = false
    }

    /// One task, and room for more.
    init(callable: CallableID, arguments: UnsafeRawBufferPointer, future: FutureCore) {
        records = FrameBuffer(capacity: arguments.count + 256)
        count = 1
        chunkSize = nil
        owners = .futures
        futures = FutureList([future])
        isFrame = false
        records.append(callable: callable, arguments: arguments)
    }

    /// One task in a frame of its own.
    init(frame: FrameBuffer, owners: Owners, _ futures: FutureCore...) {
        records = frame
        offset = TaskFrame.reserve
        count = 1
        chunkSize = nil
        self.owners = owners
        self.futures = futures.isEmpty ? nil : FutureList(futures)
        isFrame = true
    }

    /// Tasks of a frame that was sent to workers that were lost.
    init(repeating frame: FrameBuffer, offset: Int, owners: Owners, futures: FutureList?, count: Int) {
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

    /// Adds a task; false if there is no room for it.
    func append(callable: CallableID, arguments: UnsafeRawBufferPointer, future: FutureCore) -> Bool {
        guard !isSealed, !isFrame, case .futures = owners, records.count < Self.capacity else { return false }
        futures?.append(future)
        count += 1
        records.append(callable: callable, arguments: arguments)
        return true
    }

    var remaining: Int { count - taken }
}
