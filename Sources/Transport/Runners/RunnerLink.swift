import Identities
internal import Waiting
internal import Wire

/// A master's end of the connection to one worker that is a runner. It outlives the worker's processes.
final class RunnerLink {
    let worker: WorkerID
    private var memory: RunnerMemory
    private var outgoing: OutgoingFrames
    private var incoming: IncomingFrames
    private var replay = RunnerReplay()
    private let processes: any RunnerProcesses
    /// Whether the timer counts this worker.
    private var isTimed = false
    /// Whether any task of the worker is to be ended.
    private var hasCancelled = false
    /// The time from which the worker's current tasks are measured.
    private var since = Instant.now
    /// When the current process was started.
    private var begin = Instant.now

    /// Whether a process of this worker has reported.
    private(set) var hasReported = false
    /// Whether the current process has reported.
    private(set) var isServing = false
    /// Whether the current process has answered anything.
    private(set) var hasProgressed = false
    /// Whether the worker has said goodbye.
    var hasLeft = false
    private var saidGoodbye = false
    /// The reason why nothing more is read from this process; nil if it can be.
    private(set) var damage: String?
    /// How many processes in a row have ended before they answered anything.
    var idleEnds = 0
    /// Whether the worker has no process until the next frame for it.
    var isParked = false

    /// How many calls each process gets at most; nil for any number.
    private let maxCalls: Int?
    /// The number of calls that the current process has got, and of those that it has not answered.
    private var calls = (given: 0, left: 0)
    /// When the current process has to have ended, since it has made all its calls; nil while it has not.
    private(set) var recyclingDeadline: Instant?

    /// How long a process may take to end when it has made all its calls.
    private static let recyclingTime = Duration.seconds(10)

    init(_ worker: WorkerID, _ memory: RunnerMemory, _ processes: any RunnerProcesses, maxCalls: Int? = nil) {
        self.worker = worker
        self.maxCalls = maxCalls
        self.processes = processes
        self.memory = memory
        outgoing = OutgoingFrames(memory.toRunner)
        incoming = IncomingFrames(memory.toMaster)
    }

    /// The frames of the shared values that the worker has.
    var sharedValues: [FrameBuffer] { replay.sharedValues }

    var isSending: Bool { !outgoing.isEmpty && !hasLeft && !isParked }
    var isReceiving: Bool { incoming.isInFrame }

    /// Whether the worker may end: it has nothing left to do but to say goodbye.
    var mayLeave: Bool { saidGoodbye && replay.pending.isEmpty }

    func send(_ frame: FrameBuffer) throws(WireError) {
        if replay.pending.isEmpty { since = .now }
        try replay.note(sent: frame)
        updateTimer()
        if frame.bytes.first == MasterFrameKind.goodbye.rawValue { saidGoodbye = true }
        // Its next process gets all frames.
        if !isParked { try pass(frame) }
    }

    /// Tells the timer whether the worker may have a call with a time limit.
    private func updateTimer() {
        guard let limit = replay.shortestLimit else { return }
        let mayHaveCall = !replay.pending.isEmpty
        if mayHaveCall { processes.timer.expect(limit) }
        guard mayHaveCall != isTimed else { return }
        isTimed = mayHaveCall
        if isTimed { processes.timer.begin() } else { processes.timer.end() }
    }

    /// Ends a task that was sent, now or when it runs.
    func cancel(_ index: Int, of frame: FrameSequence) {
        guard replay.cancel(index, of: frame) else { return }
        hasCancelled = true
        updateCancelled()
    }

    /// Tells the watcher which calls are to be ended.
    private func updateCancelled() {
        guard hasCancelled else { return }
        let calls = replay.cancelledCalls
        hasCancelled = !calls.isEmpty
        processes.setCancelled(calls, on: worker)
    }

    /// Sends a frame to the current process, as far as the process may have it. The next process gets the rest.
    private func pass(_ frame: FrameBuffer) throws(WireError) {
        guard let maxCalls else { return put(frame) }
        guard calls.given < maxCalls else { return }
        guard case .tasks(let tasks) = try MasterFrame(parsing: frame), tasks.count > 0 else { return put(frame) }
        let count = min(tasks.count, maxCalls - calls.given)
        calls.given += count
        calls.left += count
        try put(count == tasks.count ? frame : tasks.prefix(count))
    }

    /// Takes note of answers of the current process, and lets it go when it has made all its calls.
    private func noteAnswers(_ frame: FrameBuffer) throws(WireError) {
        guard let maxCalls, case .results(let results) = try WorkerFrame(parsing: frame) else { return }
        calls.left -= results.count
        guard calls.given >= maxCalls, calls.left == 0, recyclingDeadline == nil else { return }
        recyclingDeadline = .after(Self.recyclingTime)
        put(MasterFrame.goodbyeFrame())
    }

    /// A process that has overwritten its ring is ended. The next one gets the frame.
    private func put(_ frame: FrameBuffer) {
        do throws(WireError) {
            try outgoing.send(frame)
            memory.bell.ring()
        } catch {
            endDamaged(error)
        }
    }

    /// Ends a process that has overwritten the memory that it shares with its master.
    func endDamaged(_ error: WireError) {
        damage = "\(error)"
        processes.kill(worker)
    }

    /// Returns the next frame for the dispatcher, if one has arrived.
    func receive() throws(WireError) -> FrameBuffer? {
        guard damage == nil else { return nil }
        if isSending, try outgoing.flush() { memory.bell.ring() }
        while let frame = try incoming.next(note: { memory.bell.ring() }) {
            if recyclingDeadline != nil, frame.bytes.first == WorkerFrameKind.goodbye.rawValue { continue }
            let isWanted = try replay.note(received: frame, isFirstWorker: !hasReported)
            switch frame.bytes.first {
            case WorkerFrameKind.ready.rawValue:
                hasReported = true
                isServing = true
            case WorkerFrameKind.goodbye.rawValue: hasLeft = true
            case WorkerFrameKind.output.rawValue: return frame
            default:
                hasProgressed = true
                since = .now
                limitTime(of: frame)
            }
            updateTimer()
            updateCancelled()
            try noteAnswers(frame)
            if isWanted { return frame }
        }
        return nil
    }

    /// Has a frame of results say no more time than its process has had. The master plans by it.
    private func limitTime(of frame: FrameBuffer) {
        guard frame.bytes.first == WorkerFrameKind.results.rawValue else { return }
        let place = 16
        let most = since.nanoseconds(since: begin)
        if frame.bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) > most { frame.store(most, at: place) }
    }

    // MARK: The end of a process

    /// Returns the frame that a dead runner owes: results that were ready, and the failure of the call that was running.
    ///
    /// - Parameter mustBlame: Whether to find a culprit although the process did not say what it was doing. Else a
    ///   call that kills every worker before it begins would be sent for ever.
    func answer(
        for loss: RunnerLoss,
        mustBlame: Bool,
        _ failure: (RunnerLoss, LostCall) -> [UInt8]
    ) throws(WireError) -> FrameBuffer? {
        var loss = loss
        if case .killed = loss.end, memory.progress.memoryFlag.pointee == 1 { loss.end = .outOfMemory }
        switch memory.progress.last {
        case .initializer(let executor) where replay.hasInitializer(executor):
            let isAwaited = replay.awaitsReport(of: executor)
            // It has succeeded in an earlier process.
            guard isAwaited || mustBlame else { return nil }
            let call = LostCall(definition: try replay.definition(ofInitializer: executor), isInitializer: true)
            let failure = failure(loss, call)
            replay.giveUp(executor, failure)
            hasProgressed = true
            return isAwaited ? WorkerFrame.openedFrame(executor: executor, failure: failure) : nil
        case .tasks(let sequence, let first, let results):
            guard let frame = replay.pending.first, frame.sequence == sequence, frame.answered == frame.leftOut + first
            else { break }
            hasProgressed = true
            return try answer(frame, results, loss, wasBegun: true, failure)
        default: break
        }
        guard mustBlame, let frame = replay.pending.first else { return nil }
        hasProgressed = true
        return try answer(frame, .none, loss, wasBegun: false, failure)
    }

    /// Returns the frame that answers tasks whose results cannot be read; nil if there are none. The results before
    /// them are kept.
    ///
    /// Call it before `answer(for:mustBlame:_:)`: the process may have gone on to other tasks.
    func answerRefused(
        _ loss: RunnerLoss,
        _ failure: (RunnerLoss, LostCall) -> [UInt8]
    ) throws(WireError) -> FrameBuffer? {
        guard let refused = replay.takeRefused(), let frame = replay.pending.first,
            case .results(let results) = try WorkerFrame(parsing: refused)
        else { return nil }
        hasProgressed = true
        let records = UnsafeRawBufferPointer(rebasing: refused.bytes[results.records...])
        let claimed = TaskProgress.Results(count: results.count, bytes: records)
        let reply = try answer(frame, claimed, loss, wasBegun: true, least: results.count, failure)
        reply.outOfBand = refused.outOfBand
        return reply
    }

    /// - Parameter least: The least number of tasks that are answered.
    private func answer(
        _ frame: RunnerReplay.Pending,
        _ results: TaskProgress.Results,
        _ loss: RunnerLoss,
        wasBegun: Bool,
        least: Int = 0,
        _ failure: (RunnerLoss, LostCall) -> [UInt8]
    ) throws(WireError) -> FrameBuffer {
        let reply = ResultFrame.begin(sequence: frame.sequence, first: frame.answered, capacity: 1024)
        var count = 0
        var reader = FrameReader(results.bytes)
        let left = frame.count - frame.answered
        // The dead process may have damaged its last results. They fail like the call that was running.
        while count < min(results.count, left), let record = try? reader.resultRecord() {
            reply.append(byte: record.status.rawValue)
            reply.append(block: record.bytes)
            count += 1
        }
        // Calls behind that one that are to be ended, too, need not begin.
        var isLost = true
        var status = wasBegun ? loss.status : .workerLost
        while count < left, isLost {
            reply.append(byte: status.rawValue)
            let call = LostCall(definition: try replay.definition(ofTask: frame.answered + count))
            failure(loss, call).withUnsafeBytes { reply.append(block: $0) }
            count += 1
            if count >= least {
                isLost = frame.cancelled.contains(frame.answered + count)
                status = .cancelled
            }
        }
        ResultFrame.finish(reply, count: count, nanoseconds: Instant.now.nanoseconds(since: since))
        since = .now
        replay.answer(count)
        updateTimer()
        return reply
    }

    /// Continues with a new process, which has new memory.
    func restart(_ memory: RunnerMemory) throws(WireError) {
        self.memory = memory
        outgoing = OutgoingFrames(memory.toRunner)
        incoming = IncomingFrames(memory.toMaster)
        damage = nil
        hasProgressed = false
        isServing = false
        isParked = false
        since = .now
        begin = since
        calls = (0, 0)
        recyclingDeadline = nil
        for frame in try replay.frames() { try pass(frame) }
        updateCancelled()
    }
}
