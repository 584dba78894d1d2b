internal import Wire

/// A run of queued tasks: their records, as they will travel, and who gets their results.
///
/// Belongs to a `TaskQueue` and is touched under its lock only.
struct Segment {
    enum Owners {
        /// One future for each record.
        case futures([FutureCore])
        /// Consecutive elements of a map.
        case elements(MapCore, first: Int)
    }

    /// A segment that holds so many bytes is full.
    static let capacity = 1 << 16

    let records: FrameBuffer
    /// Where the first record that is still queued begins.
    var offset = 0
    /// How many records have been taken.
    var taken = 0
    var count: Int
    var owners: Owners
    /// The chunk size that the user asked for; nil for the scheduler's choice.
    let chunkSize: Int?

    /// Whether `records` begins with room for a frame's header: a single large task.
    let isFrame: Bool
    /// Whether these tasks have been sent before, to workers that were lost: for their owners they are running.
    var isRepeated = false

    init(records: FrameBuffer, count: Int, owners: Owners, chunkSize: Int?) {
        self.records = records
        self.count = count
        self.owners = owners
        self.chunkSize = chunkSize
        isFrame = false
    }

    /// One task in a frame of its own.
    init(frame: FrameBuffer, future: FutureCore) {
        records = frame
        offset = TaskFrame.reserve
        count = 1
        owners = .futures([future])
        chunkSize = nil
        isFrame = true
    }

    var isFull: Bool { records.count >= Self.capacity }
    var remaining: Int { count - taken }
}

/// Who gets the results of consecutive tasks of one frame.
struct OwnerRun {
    enum Owner {
        case future(FutureCore)
        case elements(MapCore, first: Int)
    }
    let owner: Owner
    var count: Int

    /// Ends `range` of the run's tasks with an error.
    func fail(_ range: Range<Int>, with error: any Error) {
        switch owner {
        case .future(let future): future.complete(.failure(error))
        case .elements(let map, let first): map.fail(first + range.lowerBound..<first + range.upperBound, with: error)
        }
    }

    /// Ends `range` of the run's tasks with the records that begin at `offsets`.
    func complete(_ range: Range<Int>, buffer: FrameBuffer, offsets: UnsafeBufferPointer<UInt32>) {
        switch owner {
        case .future(let future): future.complete(.payload(Payload(buffer: buffer, offset: Int(offsets[0]))))
        case .elements(let map, let first): map.fill(first: first + range.lowerBound, buffer: buffer, offsets: offsets)
        }
    }
}
