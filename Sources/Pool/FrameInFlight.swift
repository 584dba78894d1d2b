internal import CBOR
internal import Identities
internal import Journals
internal import Scheduling
internal import Wire

/// A frame of tasks that was sent to a worker, and the owners of their results.
struct FrameInFlight {
    let sequence: FrameSequence
    let queue: TaskQueue
    let count: Int
    let firstCallable: CallableID
    let expected: UInt64
    private(set) var answered = 0
    /// The failures that the only task has had before, if it is tried again.
    let failures: FailureCounts
    /// What the trace needs when the tasks are answered; nil if they are not traced.
    let trace: FrameTrace?
    /// The frame that was sent; nil if no task of it will have to be sent again.
    private let sent: FrameBuffer?
    /// The frame's out-of-band arrays. A worker that is a thread takes them out of the frame.
    private let arrays: [NumberArray]
    /// The place of a record of `sent`, so that records are searched from there on.
    private var known: (index: Int, offset: Int)?

    private var runs: [OwnerRun]
    private var run = 0
    private var offsetInRun = 0

    init(sequence: FrameSequence, queue: TaskQueue, taken: Withdrawal, sent: FrameBuffer?, trace: FrameTrace? = nil) {
        self.trace = trace
        self.sent = sent
        arrays = sent?.outOfBand ?? []
        failures = taken.failures
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

    /// Hands the next results to their owners, except for those at `positions` of `offsets`. Returns the owners of
    /// these, to whom the results still belong.
    mutating func answer(
        _ offsets: UnsafeBufferPointer<UInt32>,
        in buffer: FrameBuffer,
        exceptAt positions: [Int]
    ) -> [OwnerRun] {
        var owners: [OwnerRun] = []
        var start = 0
        for position in positions {
            answer(UnsafeBufferPointer(rebasing: offsets[start..<position]), in: buffer)
            answered += 1
            forNext(1) { run, range, _ in owners.append(run.take(range.lowerBound)) }
            start = position + 1
        }
        answer(UnsafeBufferPointer(rebasing: offsets[start...]), in: buffer)
        return owners
    }

    /// Returns whether the owners of the next tasks still wait for them.
    ///
    /// - Parameter positions: The places of tasks among those that have not been answered, in ascending order.
    func areWanted(at positions: [Int]) -> [Bool] {
        var wanted: [Bool] = []
        var copy = self
        var next = 0
        for position in positions {
            copy.forNext(position - next) { _, _, _ in }
            copy.forNext(1) { run, range, _ in wanted.append(run.isWanted(range.lowerBound)) }
            next = position + 1
        }
        return wanted
    }

    /// Returns the record of a task; nil if the frame was not kept. The record's bytes live as long as the frame.
    mutating func record(ofTask index: Int) throws(WireError) -> TaskRecord? {
        guard let sent else { return nil }
        if known == nil || known.map({ $0.index > index }) ?? true {
            guard case .tasks(let tasks) = try MasterFrame(parsing: sent) else { return nil }
            known = (0, tasks.records)
        }
        guard let (first, offset) = known else { return nil }
        var reader = FrameReader(sent.bytes, at: offset)
        try reader.skipTaskRecords(index - first)
        known = (index, reader.offset)
        return try reader.taskRecord()
    }

    /// Returns a segment with one task that is sent again, in a frame of its own.
    func again(_ record: TaskRecord, _ run: OwnerRun, _ failures: FailureCounts) -> Segment {
        let frame = TaskQueue.frame(callable: record.callable, arguments: record.arguments)
        frame.outOfBand = arrays
        let (owners, future): (Segment.Owners, FutureCore?) =
            switch run.owner {
            case .futures(let futures, let first): (.futures, futures[first])
            case .elements(let map, let first): (.elements(map, first: first), nil)
            }
        return Segment(again: frame, owners: owners, future: future, tickets: run.tickets, failures: failures)
    }

    /// Fails all tasks that have not been answered. Later answers are ignored.
    mutating func fail(with error: any Error) {
        guard hasOwners else { return }
        var failures = FailureCounts()
        failures[.notMade] = count - answered
        queue.noteFailures(failures, cancelled: 0, triedAgain: 0)
        forNext(count - answered) { run, range, _ in run.fail(range, with: error) }
        runs = []
    }

    /// Whether the tasks that have not been answered have owners. Those that have failed with their executor have none.
    var hasOwners: Bool { !runs.isEmpty }

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
        if failures.total > 0 {
            var copy = self
            guard let record = try copy.record(ofTask: 0) else { return [] }
            var owners: [OwnerRun] = []
            copy.forNext(count - answered) { run, range, _ in owners.append(run.take(range.lowerBound)) }
            return owners.map { again(record, $0, failures) }
        }
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
                Segment(
                    repeating: sent,
                    offset: reader.offset,
                    owners: owners,
                    futures: futures,
                    tickets: run.tickets?.copy(of: range, from: run.firstTicket),
                    count: count
                )
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
