internal import DequeModule
internal import Glibc
package import Identities
internal import Linux
package import Waiting
package import Wire

/// The transport between a master and runners: processes of this host that run calls and know no MPI.
///
/// Frames travel through rings in shared memory. When a runner dies, this transport answers for it: results that were
/// ready are delivered, the call that was running fails, and a new runner gets the rest. So the dispatcher sees a
/// worker that never ends.
///
/// The conformance to `Sendable` is unchecked because one thread at a time uses a transport; see `MasterTransport`.
/// What the thread that watches the processes adds is behind a lock.
package final class RunnerMasterTransport: MasterTransport, @unchecked Sendable {
    private let bell: Bell
    private var links: [RunnerLink] = []
    /// For the number of each worker, its place among the links.
    private let places: [WorkerID: Int]
    /// The place of the link that is looked at first.
    private var next = 0
    private var arrived: Deque<(worker: WorkerID, frame: FrameBuffer)> = []
    private let losses = LossQueue()
    private let counts: WorkerTally
    /// Whether processes are replaced when they have made as many calls as they may.
    private let isRecycling: Bool
    private let processes: any RunnerProcesses
    /// Encodes the failure of a call that ended its runner.
    private let failure: @Sendable (RunnerLoss, LostCall) -> [UInt8]
    /// When all workers must have reported, and the time that they have had until then; nil once they have.
    private var start: (deadline: Instant, timeout: Duration)?

    /// How many processes of a worker in a row may end before they have answered anything.
    private static let mostIdleEnds = 3

    /// The error of a worker that cannot be replaced.
    private struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    /// The doorbell at which the master sleeps, and where runners find it.
    struct Bell {
        let doorbell: Doorbell
        /// The descriptor of the doorbell's memory.
        let descriptor: CInt
        /// The place of the doorbell in this memory, in bytes.
        let offset: Int
        /// The owner of the memory.
        let owner: AnyObject

        static func make() throws -> Bell {
            let (bell, descriptor) = try MasterBell.make()
            return Bell(doorbell: bell.doorbell, descriptor: descriptor, offset: 0, owner: bell)
        }
    }

    /// Starts the runners.
    ///
    /// - Parameters:
    ///   - processes: Starts the processes, and reports their ends to `note(_:)`.
    ///   - startTimeout: How long it may take until all workers serve.
    ///   - maxCalls: How many calls each process makes at most before another one takes its place; nil for any number.
    ///   - failure: Returns the encoding of a `TaskFailure` for a call that ended its runner.
    package convenience init(
        workerCount: Int,
        processes: any RunnerProcesses,
        startTimeout: Duration = .seconds(60),
        maxCalls: Int? = nil,
        failure: @escaping @Sendable (RunnerLoss, LostCall) -> [UInt8]
    ) throws {
        let workers = (0..<workerCount).map { WorkerID($0) }
        try self.init(workers: workers, .make(), processes, startTimeout: startTimeout, maxCalls: maxCalls, failure)
    }

    /// Starts the runners of some workers of a pool.
    ///
    /// - Parameters:
    ///   - bell: The transport closes its descriptor.
    ///   - startTimeout: How long it may take until all workers serve.
    ///   - tally: Counts the processes.
    init(
        workers: [WorkerID],
        _ bell: Bell,
        _ processes: any RunnerProcesses,
        startTimeout: Duration,
        maxCalls: Int? = nil,
        tally: WorkerTally = WorkerTally(),
        _ failure: @escaping @Sendable (RunnerLoss, LostCall) -> [UInt8]
    ) throws {
        self.bell = bell
        self.processes = processes
        self.failure = failure
        counts = tally
        isRecycling = maxCalls != nil
        start = (.after(startTimeout), startTimeout)
        places = Dictionary(uniqueKeysWithValues: zip(workers, workers.indices))
        for worker in workers {
            links.append(RunnerLink(worker, try startProcess(of: worker), processes, maxCalls: maxCalls))
        }
    }

    /// Starts a process, and returns the memory that it shares with this one.
    private func startProcess(of worker: WorkerID) throws(SystemError) -> RunnerMemory {
        let (memory, descriptor) = try RunnerMemory.make(bellOffset: bell.offset)
        processes.start(worker, memory: descriptor, bell: bell.descriptor, progress: memory.progress)
        return memory
    }

    private func link(_ worker: WorkerID) -> RunnerLink? { places[worker].map { links[$0] } }

    /// Reports the end of a runner's process. Call it from any thread, once for each process.
    package func note(_ loss: RunnerLoss) {
        losses.add(loss)
        bell.doorbell.ring()
    }

    package var workerCount: Int { links.count }
    package var doorbell: Doorbell { bell.doorbell }
    package var waiting: Backoff.Limits { .everybodyRings }
    package var tally: WorkerTally? { counts }
    package func sharedValues(of worker: WorkerID) -> [FrameBuffer] { link(worker)?.sharedValues ?? [] }
    package var isSending: Bool { links.contains { $0.isSending } }
    package var capabilities: TransportCapabilities {
        [.outOfBandArrays, .inlineCallers, .endingWorkers, .endingCalls, .survivingCrashes]
    }

    package var traffic: Backoff.Traffic {
        if links.contains(where: \.isReceiving) { return .incoming }
        return isSending ? .outgoing : .none
    }

    package func opensFiles(_ worker: WorkerID) -> Bool { true }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) throws {
        guard let link = link(worker) else { return }
        try link.send(frame)
        guard link.isParked else { return }
        if link.mayLeave { leave(link) } else { try restart(link) }
    }

    package func endCall(_ index: Int, of frame: FrameSequence, on worker: WorkerID) {
        link(worker)?.cancel(index, of: frame)
    }

    package func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        // Before the frames of busy runners, of which there may always be one.
        for loss in losses.take() { try answer(for: loss) }
        if let first = arrived.popFirst() { return first }
        // After the one that had a frame, so that a busy runner does not keep the others waiting.
        for offset in links.indices {
            let index = (next + offset) % links.count
            if let frame = receive(from: links[index]) {
                next = index + 1
                return (links[index].worker, frame)
            }
        }
        try checkStart()
        if isRecycling { killOverdue() }
        return nil
    }

    /// Kills processes that have made all their calls, and do not end.
    private func killOverdue() {
        for link in links where link.recyclingDeadline != nil {
            if let deadline = link.recyclingDeadline, Instant.now >= deadline { processes.kill(link.worker) }
        }
    }

    /// Gives up workers that neither report nor end.
    private func checkStart() throws {
        guard let (deadline, timeout) = start else { return }
        guard let late = links.first(where: { !$0.hasReported }) else {
            start = nil
            return
        }
        guard Instant.now >= deadline else { return }
        throw Lost(
            description: "worker \(late.worker) did not serve within \(timeout); "
                + "MPIFUTURES_START_TIMEOUT gives it more time"
        )
    }

    /// Returns a frame of a runner. A runner that sends what is no frame has overwritten its memory, and is ended.
    private func receive(from link: RunnerLink) -> FrameBuffer? {
        let (hadReported, wasServing) = (link.hasReported, link.isServing)
        // The dispatcher counts the first process of a worker.
        defer { if hadReported, !wasServing, link.isServing { counts.join() } }
        do {
            return try link.receive()
        } catch {
            link.endDamaged(error)
            return nil
        }
    }

    // MARK: The end of a runner

    /// Does what is left to do for a runner that is dead, and starts another one.
    private func answer(for loss: RunnerLoss) throws {
        guard let link = link(loss.worker) else { return }
        while let frame = receive(from: link) { arrived.append((link.worker, frame)) }
        guard !link.hasLeft else { return }
        if link.recyclingDeadline != nil {
            guard !link.mayLeave else { return leave(link) }
            counts.recycle()
            return try link.restart(startProcess(of: link.worker))
        }
        var loss = loss
        if let damage = link.damage { loss.end = .overwritten(damage) }
        let wasServing = link.isServing
        counts.lose(serving: wasServing ? 1 : 0)
        if let answer = try link.answerRefused(loss, failure) { arrived.append((link.worker, answer)) }
        let idleEnds = link.hasProgressed ? 1 : link.idleEnds + 1
        let mustBlame = wasServing && idleEnds >= Self.mostIdleEnds
        if let answer = try link.answer(for: loss, mustBlame: mustBlame, failure) {
            arrived.append((link.worker, answer))
        }
        guard !link.mayLeave else { return leave(link) }
        link.idleEnds = link.hasProgressed ? 0 : idleEnds
        // Something outside of all calls may end a process that serves, as often as it likes.
        guard wasServing || link.hasReported && link.idleEnds < Self.mostIdleEnds else {
            throw Lost(description: "worker \(link.worker) \(loss.text) before it served")
        }
        if link.idleEnds >= Self.mostIdleEnds { link.isParked = true } else { try restart(link) }
    }

    private func leave(_ link: RunnerLink) {
        link.hasLeft = true
        arrived.append((link.worker, WorkerFrame.goodbyeFrame()))
    }

    private func restart(_ link: RunnerLink) throws {
        counts.restart()
        try link.restart(startProcess(of: link.worker))
    }

    package func shutDown() {
        processes.end(leaving: Set(links.lazy.filter(\.hasLeft).map(\.worker)))
        close(bell.descriptor)
    }
}
