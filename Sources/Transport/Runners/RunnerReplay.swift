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
    }

    private struct Opened {
        let frame: FrameBuffer
        var hasReported: Bool
    }

    private var definitions: [CallableDefinition] = []
    private var opened: [(executor: ExecutorID, state: Opened)] = []
    private var shared: [(value: SharedValueID, frame: FrameBuffer)] = []
    private var saysGoodbye = false
    private(set) var pending: [Pending] = []

    init() {}

    // MARK: What happens

    /// Takes note of a frame that is sent to the worker.
    mutating func note(sent frame: FrameBuffer) throws(WireError) {
        switch try MasterFrame(parsing: frame) {
        case .tasks(let tasks):
            definitions += tasks.definitions
            pending.append(
                Pending(sequence: tasks.sequence, executor: tasks.executor, count: tasks.count, frame: frame)
            )
        case .open(let open):
            definitions += open.definitions
            opened.append((open.executor, Opened(frame: frame, hasReported: open.initializer == nil)))
        case .close(let executor): opened.removeAll { $0.executor == executor }
        case .share(let share): shared.append((share.value, frame))
        case .unshare(let value): shared.removeAll { $0.value == value }
        case .goodbye: saysGoodbye = true
        }
    }

    /// Takes note of a frame that has arrived from the worker, and adapts it to what the dispatcher has sent.
    ///
    /// - Returns: Whether the dispatcher gets the frame. It has had the reports of an earlier worker.
    mutating func note(received frame: FrameBuffer, isFirstWorker: Bool) throws(WireError) -> Bool {
        switch try WorkerFrame(parsing: frame) {
        case .ready: return isFirstWorker
        case .opened(let executor, _):
            guard let index = opened.firstIndex(where: { $0.executor == executor }) else { return true }
            defer { opened[index].state.hasReported = true }
            return !opened[index].state.hasReported
        case .results(let results):
            guard let index = pending.firstIndex(where: { $0.sequence == results.sequence }) else { return true }
            let first = results.first + pending[index].leftOut
            if pending[index].leftOut > 0 { frame.store(UInt32(truncatingIfNeeded: first), at: 8) }
            pending[index].answered = first + results.count
            if pending[index].answered >= pending[index].count { pending.remove(at: index) }
            return true
        case .goodbye: return true
        }
    }

    /// Takes note that the next tasks of the first frame need no other answer than the one that the caller gives.
    mutating func answer(_ count: Int) {
        pending[0].answered += count
        if pending[0].answered >= pending[0].count { pending.removeFirst() }
    }

    /// The executor's initializer has failed. The executor gives its workers no tasks.
    mutating func giveUp(_ executor: ExecutorID) { opened.removeAll { $0.executor == executor } }

    /// Returns the callable of an executor's initializer; nil if it was never defined.
    func definition(ofInitializer executor: ExecutorID) throws(WireError) -> CallableDefinition? {
        guard let frame = opened.first(where: { $0.executor == executor })?.state.frame,
            case .open(let open) = try MasterFrame(parsing: frame), let place = open.initializer
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
        for _ in 0..<index { _ = try reader.taskRecord() }
        return definition(try reader.taskRecord().callable)
    }

    /// Whether an executor's initializer has not reported.
    func awaitsReport(of executor: ExecutorID) -> Bool {
        opened.contains { $0.executor == executor && !$0.state.hasReported }
    }

    // MARK: For the next worker

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
        for (executor, state) in opened {
            guard case .open(let open) = try MasterFrame(parsing: state.frame) else { continue }
            let initializer = open.initializer.map { UnsafeRawBufferPointer(rebasing: open.buffer.bytes[$0]) }
            frames.append(
                OpenFrame.write(
                    executor: executor,
                    definitions: 0..<0,
                    of: [],
                    globals: open.globals,
                    initializer: initializer
                )
            )
        }
        frames += shared.map(\.frame)
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
        for _ in 0..<answered { _ = try reader.taskRecord() }
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
