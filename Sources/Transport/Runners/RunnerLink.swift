import Identities
internal import Waiting
internal import Wire

/// A master's end of the connection to one worker that is a runner: to the process of now, and to those after it.
final class RunnerLink {
    let worker: WorkerID
    private var memory: RunnerMemory
    private var outgoing: OutgoingFrames
    private var incoming: IncomingFrames
    private var replay = RunnerReplay()
    /// When the worker began with what it does, as far as the master knows.
    private var since = Instant.now

    /// Whether a process of this worker has reported.
    private(set) var hasReported = false
    /// Whether the process of now has answered anything.
    private(set) var hasProgressed = false
    /// Whether the worker has said goodbye.
    var hasLeft = false
    private var saidGoodbye = false
    /// The reason why nothing more is read from this process; nil if it can be.
    var damage: String?
    /// How many processes in a row have ended before they answered anything.
    var idleEnds = 0

    init(_ worker: WorkerID, _ memory: RunnerMemory) {
        self.worker = worker
        self.memory = memory
        outgoing = OutgoingFrames(memory.toRunner)
        incoming = IncomingFrames(memory.toMaster)
    }

    var isSending: Bool { !outgoing.isEmpty }
    var isReceiving: Bool { incoming.isInFrame }

    /// Whether the worker may end: it has nothing left to do but to say goodbye.
    var mayLeave: Bool { saidGoodbye && replay.pending.isEmpty }

    func send(_ frame: FrameBuffer) throws(WireError) {
        if replay.pending.isEmpty { since = .now }
        try replay.note(sent: frame)
        if frame.bytes.first == MasterFrameKind.goodbye.rawValue { saidGoodbye = true }
        try put(frame)
    }

    private func put(_ frame: FrameBuffer) throws(WireError) {
        try outgoing.send(frame)
        memory.bell.ring()
    }

    /// Returns the next frame for the dispatcher, if one has arrived.
    func receive() throws(WireError) -> FrameBuffer? {
        guard damage == nil else { return nil }
        if isSending, try outgoing.flush() { memory.bell.ring() }
        while let frame = try incoming.next(note: { memory.bell.ring() }) {
            let isFirst = !hasReported
            switch frame.bytes.first {
            case WorkerFrameKind.ready.rawValue: hasReported = true
            case WorkerFrameKind.goodbye.rawValue: hasLeft = true
            default:
                hasProgressed = true
                since = .now
            }
            if try replay.note(received: frame, isFirstWorker: isFirst) { return frame }
        }
        return nil
    }

    // MARK: The end of a process

    /// Returns the frame that a dead runner owes: results that were ready, and the failure of the call that was running.
    func answer(
        for loss: RunnerLoss,
        _ failure: (RunnerLoss, LostCall) -> [UInt8]
    ) throws(WireError) -> FrameBuffer? {
        switch memory.progress.last {
        case .idle: return nil
        case .initializer(let executor):
            guard replay.awaitsReport(of: executor) else { return nil }
            let call = LostCall(definition: try replay.definition(ofInitializer: executor), isInitializer: true)
            replay.giveUp(executor)
            hasProgressed = true
            return WorkerFrame.openedFrame(executor: executor, failure: failure(loss, call))
        case .tasks(let sequence, let first, let results):
            guard let frame = replay.pending.first, frame.sequence == sequence, frame.answered == frame.leftOut + first
            else { return nil }
            hasProgressed = true
            return try answer(frame, results, loss, failure)
        }
    }

    private func answer(
        _ frame: RunnerReplay.Pending,
        _ results: TaskProgress.Results,
        _ loss: RunnerLoss,
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
        if count < left {
            reply.append(byte: ResultStatus.failure.rawValue)
            let call = LostCall(definition: try replay.definition(ofTask: frame.answered + count))
            failure(loss, call).withUnsafeBytes { reply.append(block: $0) }
            count += 1
        }
        ResultFrame.finish(reply, count: count, nanoseconds: Instant.now.nanoseconds(since: since))
        since = .now
        replay.answer(count)
        return reply
    }

    /// Continues with a new process, which has new memory.
    func restart(_ memory: RunnerMemory) throws(WireError) {
        self.memory = memory
        outgoing = OutgoingFrames(memory.toRunner)
        incoming = IncomingFrames(memory.toMaster)
        damage = nil
        hasProgressed = false
        since = .now
        for frame in try replay.frames() { try put(frame) }
    }
}
