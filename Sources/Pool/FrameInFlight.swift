internal import Identities
internal import Wire

/// A frame of tasks that was sent to a worker, and the owners of their results.
struct FrameInFlight {
    let sequence: FrameSequence
    let queue: TaskQueue
    let count: Int
    let firstCallable: CallableID
    let expected: UInt64
    private(set) var answered = 0
    /// The frame that was sent; nil if it will not have to be sent again.
    private let sent: FrameBuffer?

    private var runs: [OwnerRun]
    private var run = 0
    private var offsetInRun = 0

    init(sequence: FrameSequence, queue: TaskQueue, taken: Withdrawal, sent: FrameBuffer?) {
        self.sent = sent
        self.sequence = sequence
        self.queue = queue
        count = taken.sent
        firstCallable = taken.firstCallable
        expected = taken.expected
        runs = taken.runs
    }

    /// Hands the next results to their owners. Their records begin at `offsets` of `buffer`.
    mutating func answer(_ offsets: UnsafeBufferPointer<UInt32>, in buffer: FrameBuffer) {
        answered += offsets.count
        forNext(offsets.count) { run, range, done in
            run.complete(
                range,
                buffer: buffer,
                offsets: UnsafeBufferPointer(rebasing: offsets[done..<done + range.count])
            )
        }
    }

    /// Fails all tasks that have not been answered. Later answers are ignored.
    mutating func fail(with error: any Error) {
        forNext(count - answered) { run, range, _ in run.fail(range, with: error) }
        runs = []
    }

    /// The numbers of the tasks that have not been answered and whose futures are cancelled.
    var cancelledTasks: [Int] {
        var cancelled: [Int] = []
        var copy = self
        copy.forNext(count - answered) { run, range, done in
            guard case .futures(let futures, let first) = run.owner else { return }
            for (offset, index) in range.enumerated() where futures[first + index]?.phase == .cancelled {
                cancelled.append(answered + done + offset)
            }
        }
        return cancelled
    }

    /// Returns the tasks that have not been answered, to be queued again.
    func unanswered() throws -> [Segment] {
        guard let sent, case .tasks(let tasks) = try MasterFrame(parsing: sent) else { return [] }
        var reader = FrameReader(sent.bytes, at: tasks.records)
        try reader.skipTaskRecords(answered)
        var segments: [Segment] = []
        var copy = self
        var pieces: [(run: OwnerRun, range: Range<Int>)] = []
        copy.forNext(count - answered) { run, range, _ in pieces.append((run, range)) }
        for (run, range) in pieces {
            let (owners, futures): (Segment.Owners, FutureList?) =
                switch run.owner {
                case .futures(let all, let first): (.futures, FutureList(range.map { all[first + $0] }))
                case .elements(let map, let first): (.elements(map, first: first + range.lowerBound), nil)
                }
            let count = range.count
            segments.append(
                Segment(repeating: sent, offset: reader.offset, owners: owners, futures: futures, count: count)
            )
            try reader.skipTaskRecords(count)
        }
        return segments
    }

    /// Calls `body` for each part of a run among the next `count` tasks.
    private mutating func forNext(_ count: Int, _ body: (OwnerRun, Range<Int>, _ done: Int) -> Void) {
        var done = 0
        while done < count, run < runs.count {
            let piece = min(count - done, runs[run].count - offsetInRun)
            body(runs[run], offsetInRun..<offsetInRun + piece, done)
            done += piece
            offsetInRun += piece
            if offsetInRun == runs[run].count {
                run += 1
                offsetInRun = 0
            }
        }
    }
}
