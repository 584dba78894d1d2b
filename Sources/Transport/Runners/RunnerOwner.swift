internal import DequeModule
internal import Glibc
package import Identities
internal import Linux
internal import Waiting
package import Wire

/// The loop of a rank of MPI that owns a runner in place of serving itself.
///
/// Where the master is on the same host, the master and the runner share memory, and the owner only starts and watches
/// the process. On other hosts the owner passes frames between MPI and the runner.
package final class RunnerOwner {
    private let transport: any WorkerTransport
    private let worker: WorkerID
    private let processes: any RunnerProcesses
    private let startTimeout: Duration
    private let failure: @Sendable (RunnerLoss, LostCall) -> [UInt8]
    /// The connection to the runner of an owner that passes frames on.
    private var runner: RunnerMasterTransport?
    /// What the master knows of the counts of an owner that passes frames on.
    private var reportedCounts = ProcessCounts()
    /// How many calls each process makes at most, if this owner passes frames on.
    private let maxCalls: Int?
    private let losses = LossQueue()
    private var gate = ShareGate()
    /// The files of shared values, if this owner passes frames on.
    private var files: [SharedValueID: MemoryFile] = [:]
    /// The descriptor of the master's doorbell; nil before the first start.
    private var bell: CInt?
    private var isLeaving = false
    /// Whether the runner may have calls with a time limit.
    private var isTimed = false
    /// The way in which the owner waits for its next frame.
    private var backoff: Backoff
    private var waiting: Deque<FrameBuffer> = []
    /// A frame of the runner that came while the owner made ready to sleep.
    private var earlyResult: FrameBuffer?

    /// - Parameters:
    ///   - transport: The connection to the master.
    ///   - processes: Starts the runner, and reports its ends to `report`.
    ///   - startTimeout: How long a runner on another host than the master's may take until it serves.
    ///   - failure: Returns the encoding of a `TaskFailure` for a call that ended its runner.
    package init(
        _ transport: any WorkerTransport,
        _ worker: WorkerID,
        processes: any RunnerProcesses,
        startTimeout: Duration,
        maxCalls: Int? = nil,
        failure: @escaping @Sendable (RunnerLoss, LostCall) -> [UInt8]
    ) {
        self.transport = transport
        self.worker = worker
        self.processes = processes
        self.startTimeout = startTimeout
        self.maxCalls = maxCalls
        self.failure = failure
        backoff = Backoff(transport.waiting)
    }

    /// Reports the end of one process of the runner. Any thread may call this function.
    package var report: @Sendable (RunnerLoss) -> Void {
        let losses = losses
        let ring = transport.ring
        return { loss in
            losses.add(loss)
            ring()
        }
    }

    /// Does the owner's work until master and runner have said goodbye.
    package func run() throws {
        while !isLeaving {
            if try step() {
                backoff.reset()
            } else {
                let traffic = runner.map { $0.traffic } ?? transport.traffic
                transport.doorbell.idle(
                    &backoff,
                    traffic,
                    announcing: transport.announceSleep,
                    unless: hasArrival
                )
            }
        }
        try transport.send(WorkerFrame.goodbyeFrame())
        backoff.reset()
        while transport.isSending {
            _ = try transport.poll()
            transport.doorbell.idle(&backoff, transport.traffic)
        }
        transport.shutDown()
    }

    /// Does what there is to do. Returns false if that is nothing.
    private func step() throws -> Bool {
        var isBusy = false
        while let frame = try waiting.popFirst() ?? transport.poll() {
            isBusy = true
            try take(frame)
            if isLeaving { return true }
        }
        for loss in losses.take() {
            isBusy = true
            if let runner { runner.note(loss) } else { try transport.send(RunnerControl.ended(loss).frame) }
        }
        while let frame = try earlyResult.take() ?? runner?.poll()?.frame {
            isBusy = true
            try reportCounts()
            if frame.bytes.first == WorkerFrameKind.goodbye.rawValue {
                leave()
                return true
            }
            try transport.send(frame)
        }
        try reportCounts()
        return isBusy
    }

    /// Tells the master of an owner that passes frames on what has become of the processes, if that has changed.
    private func reportCounts() throws {
        guard let counts = runner?.tally?.processCounts, counts != reportedCounts else { return }
        reportedCounts = counts
        try transport.send(RunnerControl.counted(counts).frame)
    }

    private func take(_ frame: FrameBuffer) throws {
        for frame in try gate.add(frame) { try handle(frame) }
    }

    private func handle(_ frame: FrameBuffer) throws {
        switch try RunnerControl(parsing: frame) {
        case .start(let memory, let bell): start(memory, bell)
        case .kill: processes.kill(worker)
        case .relay:
            // The master and the runner ring the same doorbell.
            let bell = try RunnerMasterTransport.Bell.make()
            transport.sleep(at: bell.doorbell, owner: bell.owner)
            runner = try RunnerMasterTransport(
                workers: [worker],
                bell,
                processes,
                startTimeout: startTimeout,
                maxCalls: maxCalls,
                failure
            )
        case .limit(let nanoseconds): keepLimit(nanoseconds)
        case .endCalls(let calls): processes.setCancelled(calls, on: worker)
        case .endCall(let call): runner?.endCall(call.index, of: call.frame, on: worker)
        case .take(let offer): try open(offer)
        case .expect: break
        case .ended, .counted, .offers, .has, .lacks: throw WireError("the master speaks like an owner", offset: 0)
        case nil:
            if let runner {
                try pass(frame, to: runner)
            } else if frame.bytes.first == MasterFrameKind.goodbye.rawValue {
                leave()
            } else {
                throw WireError("a frame for a runner that its master reaches itself", offset: 0)
            }
        }
    }

    /// Passes a frame of the master on. Large shared values go into a file, which all runners of this host can map.
    private func pass(_ frame: FrameBuffer, to runner: RunnerMasterTransport) throws {
        switch frame.bytes.first {
        case MasterFrameKind.share.rawValue where SharedContent.isForFile(frame):
            guard case .share(let share) = try MasterFrame(parsing: frame), let bytes = share.bytes else { break }
            guard let file = MemoryFile(bytes) else {
                try runner.send(frame, to: worker)
                return try transport.send(RunnerControl.has(share.value).frame)
            }
            let offer = SharedFileOffer(
                value: share.value,
                encoding: share.encoding,
                machine: Machine.bootID,
                file: file.reference
            )
            files[share.value] = file
            try runner.send(offer.frame, to: worker)
            return try transport.send(RunnerControl.offers(offer).frame)
        case MasterFrameKind.unshare.rawValue:
            // The file stays open until no later process of the runner gets the value.
            try runner.send(frame, to: worker)
            if case .unshare(let value) = try MasterFrame(parsing: frame) { files[value] = nil }
            return
        default: break
        }
        try runner.send(frame, to: worker)
    }

    /// Takes a shared value from the file of another owner, or asks for the bytes.
    private func open(_ offer: SharedFileOffer) throws {
        guard let runner, offer.machine == Machine.bootID, let file = try? MemoryFile(of: offer.file) else {
            return try transport.send(RunnerControl.lacks(offer.value).frame)
        }
        files[offer.value] = file
        try runner.send(ShareFrame.write(value: offer.value, offer.encoding, file: file.reference), to: worker)
        try transport.send(RunnerControl.has(offer.value).frame)
        for frame in gate.open() { try handle(frame) }
    }

    /// Starts a runner that shares memory with the master.
    private func start(_ memoryPath: String, _ bellPath: String) {
        let memory = descriptor(memoryPath)
        if bell == nil { bell = descriptor(bellPath) }
        guard memory >= 0, let bell, bell >= 0 else {
            let reason = "cannot open the master's memory: \(SystemError.Code.last)"
            if memory >= 0 { close(memory) }
            return losses.add(RunnerLoss(worker: worker, end: .notStarted(reason)))
        }
        // The owner finds calls by it that take too long.
        let progress = try? RunnerMemory.open(memory).progress
        processes.start(worker, memory: memory, bell: bell, progress: progress)
    }

    /// Ends calls from now on that take longer than they may.
    ///
    /// - Parameter limit: The shortest time limit, in nanoseconds.
    private func keepLimit(_ limit: UInt64) {
        processes.timer.expect(limit)
        guard !isTimed else { return }
        isTimed = true
        processes.timer.begin()
    }

    private func descriptor(_ path: String) -> CInt {
        let file = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        return FileDescriptor.aboveStandardStreams(file, least: RunnerDescriptors.count)
    }

    private func leave() {
        if let runner { runner.shutDown() } else { processes.end(leaving: [worker]) }
        isLeaving = true
    }

    /// Returns whether a frame has arrived, and keeps the frame. A failure counts as an arrival: the next `poll` throws
    /// it.
    private func hasArrival() -> Bool {
        if !losses.isEmpty { return true }
        do {
            earlyResult = try runner?.poll()?.frame
            if let frame = try transport.poll() { waiting.append(frame) }
            return earlyResult != nil || !waiting.isEmpty || transport.traffic == .incoming
        } catch {
            return true
        }
    }
}
