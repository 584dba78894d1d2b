internal import Identities
internal import Wire

/// What a master has told one worker, so far as another worker in its place has to be told the same.
///
/// This is pure: frames go in, frames come out.
struct RunnerReplay {
    /// A frame of tasks that has not been answered completely.
    struct Pending {
        let sequence: FrameSequence
        let executor: ExecutorID
        let count: Int
        let frame: FrameBuffer
        /// The number of tasks that have been answered, or that have ended a worker.
        var answered = 0
        /// The number of tasks that were left out when the frame was sent again. The worker counts from there.
        var leftOut = 0
        /// The tasks that are to be ended when they run.
        var cancelled: Set<Int> = []
    }

    private struct Opened {
        let executor: ExecutorID
        let frame: FrameBuffer
        /// Whether the dispatcher has the report on the initializer, or needs none.
        var hasReported: Bool
        /// The reason why the executor's tasks fail on this worker: its initializer ends the process.
        var failure: [UInt8]?
    }

    /// What stays in force until it is revoked. The order is kept: an initializer may use a shared value.
    private enum Standing {
        case open(Opened)
        case share(SharedValueID, FrameBuffer)
    }

    private var definitions: [CallableDefinition] = []
    private var standing: [Standing] = []
    /// Executors that were closed before the report on their initializer has arrived.
    private var closedUnreported: Set<ExecutorID> = []
    private var saysGoodbye = false
    private(set) var pending: [Pending] = []
    /// A frame from the worker whose results cannot be read; nil if there is none.
    private var refused: FrameBuffer?
    /// The shortest time limit of any callable, in nanoseconds; nil if no callable has one.
    private(set) var shortestLimit: UInt64?

    init() {}

    // MARK: What happens

    /// Takes note of a frame that is sent to the worker.
    mutating func note(sent frame: FrameBuffer) throws(WireError) {
        switch try MasterFrame(parsing: frame) {
        case .tasks(let tasks):
            learn(tasks.definitions)
            pending.append(
                Pending(sequence: tasks.sequence, executor: tasks.executor, count: tasks.count, frame: frame)
            )
        case .open(let open):
            learn(open.definitions)
            let hasReported = open.initializer == nil
            standing.append(.open(Opened(executor: open.executor, frame: frame, hasReported: hasReported)))
        case .close(let executor):
            guard let index = index(of: executor) else { return }
            if awaitsReport(of: executor) { closedUnreported.insert(executor) }
            standing.remove(at: index)
        case .share(let share): standing.append(.share(share.value, frame))
        case .unshare(let value):
            standing.removeAll { if case .share(value, _) = $0 { true } else { false } }
        case .goodbye: saysGoodbye = true
        }
    }

    private mutating func learn(_ new: [CallableDefinition]) {
        definitions += new
        for definition in new where definition.limit.time > 0 {
            shortestLimit = min(shortestLimit ?? .max, definition.limit.time)
        }
    }

    /// Takes note that a task is to be ended. Returns false if it has been answered.
    mutating func cancel(_ index: Int, of sequence: FrameSequence) -> Bool {
        guard let place = pending.firstIndex(where: { $0.sequence == sequence }), index >= pending[place].answered
        else { return false }
        return pending[place].cancelled.insert(index).inserted
    }

    /// The tasks that are to be ended, as the process of now counts them.
    var cancelledCalls: [CallPlace] {
        pending.flatMap { frame in
            frame.cancelled.filter { $0 >= frame.answered }.map {
                CallPlace(frame: frame.sequence, index: $0 - frame.leftOut)
            }
        }
    }

    /// Takes note of a frame that has arrived from the worker, and adapts it to what the dispatcher has sent.
    ///
    /// - Returns: Whether the dispatcher gets the frame. It has had the reports of an earlier worker.
    /// - Throws: `WireError` for a frame that no worker sends here. The worker's memory is damaged.
    mutating func note(received frame: FrameBuffer, isFirstWorker: Bool) throws(WireError) -> Bool {
        switch try WorkerFrame(parsing: frame) {
        case .ready: return isFirstWorker
        case .opened(let executor, _):
            guard var opened = opened(executor) else {
                guard closedUnreported.remove(executor) != nil else {
                    throw WireError("a report on an initializer that was not sent", offset: 4)
                }
                return true
            }
            defer {
                opened.hasReported = true
                replace(opened)
            }
            return !opened.hasReported
        case .results(let results):
            // A worker serves the frames in their order.
            guard let frameOfTasks = pending.first, frameOfTasks.sequence == results.sequence else {
                throw WireError("results of a frame that was not sent", offset: 4)
            }
            let first = results.first + frameOfTasks.leftOut
            guard first == frameOfTasks.answered, results.count <= frameOfTasks.count - first else {
                throw WireError("results of tasks that were not sent", offset: 8)
            }
            var reader = FrameReader(frame.bytes, at: results.records)
            do {
                try reader.skipResultRecords(results.count)
            } catch {
                refused = frame
                throw error
            }
            if frameOfTasks.leftOut > 0 { frame.store(UInt32(first), at: 8) }
            answer(results.count)
            return true
        case .goodbye:
            guard saysGoodbye else { throw WireError("a worker left before its time", offset: 0) }
            return true
        case .output: return true
        }
    }

    /// Hands over the frame whose results cannot be read, once.
    mutating func takeRefused() -> FrameBuffer? {
        defer { refused = nil }
        return refused
    }

    /// Takes note that the next tasks of the first frame need no other answer than the one that the caller gives.
    mutating func answer(_ count: Int) {
        pending[0].answered += count
        if pending[0].answered >= pending[0].count { pending.removeFirst() }
    }

    /// Takes note that the executor's initializer ends the worker's process, so that no other worker runs it. The
    /// executor's tasks fail.
    ///
    /// - Parameter failure: The encoding of a `TaskFailure`.
    mutating func giveUp(_ executor: ExecutorID, _ failure: [UInt8]) {
        guard var opened = opened(executor) else { return }
        opened.hasReported = true
        opened.failure = failure
        replace(opened)
    }

    // MARK: Who is to blame

    private func index(of executor: ExecutorID) -> Int? {
        standing.lastIndex { if case .open(let opened) = $0 { opened.executor == executor } else { false } }
    }

    private func opened(_ executor: ExecutorID) -> Opened? {
        guard let index = index(of: executor), case .open(let opened) = standing[index] else { return nil }
        return opened
    }

    private mutating func replace(_ opened: Opened) {
        if let index = index(of: opened.executor) { standing[index] = .open(opened) }
    }

    /// Whether a worker may run the initializer of this executor.
    func hasInitializer(_ executor: ExecutorID) -> Bool {
        guard let opened = opened(executor), opened.failure == nil else { return false }
        guard case .open(let open)? = try? MasterFrame(parsing: opened.frame) else { return false }
        return open.initializer != nil
    }

    /// Whether an executor's initializer has not reported.
    func awaitsReport(of executor: ExecutorID) -> Bool { opened(executor).map { !$0.hasReported } ?? false }

    /// Returns the callable of an executor's initializer; nil if it was never defined.
    func definition(ofInitializer executor: ExecutorID) throws(WireError) -> CallableDefinition? {
        guard let frame = opened(executor)?.frame, case .open(let open) = try MasterFrame(parsing: frame),
            let place = open.initializer
        else { return nil }
        var reader = FrameReader(frame.bytes, at: place.lowerBound)
        return definition(try reader.taskRecord().callable)
    }

    private func definition(_ callable: CallableID) -> CallableDefinition? {
        definitions.indices.contains(callable.number) ? definitions[callable.number] : nil
    }

    /// Returns the callable of a task of the first frame; nil if it was never defined.
    func definition(ofTask index: Int) throws(WireError) -> CallableDefinition? {
        guard let frame = pending.first?.frame, case .tasks(let tasks) = try MasterFrame(parsing: frame) else {
            return nil
        }
        var reader = FrameReader(frame.bytes, at: tasks.records)
        try reader.skipTaskRecords(index)
        return definition(try reader.taskRecord().callable)
    }

    // MARK: For the next worker

    /// The frames of the shared values that the worker has.
    var sharedValues: [FrameBuffer] {
        standing.compactMap { standing -> FrameBuffer? in
            guard case .share(let value, let frame) = standing,
                case .share(let share)? = try? MasterFrame(parsing: frame)
            else { return nil }
            guard case .file(let file) = share.content else { return frame }
            // A file is gone with this process.
            guard let content = try? MappedFile(file) else { return nil }
            return ShareFrame.write(value: value, share.encoding, content: content.bytes)
        }
    }

    /// Returns the frames that bring a new worker to the state of the one before it.
    mutating func frames() throws(WireError) -> [FrameBuffer] {
        var frames: [FrameBuffer] = []
        if !definitions.isEmpty {
            frames.append(
                TaskFrame.begin(
                    executor: 0,
                    sequence: 0,
                    definitions: 0..<definitions.count,
                    of: definitions,
                    capacity: 256
                )
            )
        }
        for standing in standing {
            switch standing {
            case .share(_, let frame): frames.append(frame)
            case .open(let opened):
                guard case .open(let open) = try MasterFrame(parsing: opened.frame) else { continue }
                let initializer = open.initializer.map { UnsafeRawBufferPointer(rebasing: open.buffer.bytes[$0]) }
                frames.append(
                    OpenFrame.write(
                        executor: opened.executor,
                        definitions: 0..<0,
                        of: [],
                        globals: open.globals,
                        initializer: opened.failure == nil ? initializer : nil,
                        failure: opened.failure
                    )
                )
            }
        }
        for index in pending.indices { frames.append(try rest(of: index)) }
        if saysGoodbye { frames.append(MasterFrame.goodbyeFrame()) }
        return frames
    }

    /// Returns a frame with the tasks that have not been answered.
    private mutating func rest(of index: Int) throws(WireError) -> FrameBuffer {
        let sent = pending[index].frame
        guard case .tasks(let tasks) = try MasterFrame(parsing: sent) else { return sent }
        let answered = pending[index].answered
        var reader = FrameReader(sent.bytes, at: tasks.records)
        try reader.skipTaskRecords(answered)
        let records = UnsafeRawBufferPointer(rebasing: sent.bytes[reader.offset...])
        let frame = TaskFrame.begin(
            executor: tasks.executor,
            sequence: tasks.sequence,
            takesArrays: tasks.takesArrays,
            capacity: TaskFrame.reserve + records.count
        )
        frame.append(records)
        TaskFrame.setCount(tasks.count - answered, in: frame)
        frame.outOfBand = sent.outOfBand
        pending[index].leftOut = answered
        return frame
    }
}
