internal import DequeModule
internal import Glibc
package import Identities
internal import Linux
package import Waiting
package import Wire

/// The transport between a master and runners: processes of this host that run calls and know no MPI.
///
/// Frames travel through rings in shared memory. When a runner dies, this transport answers for it: results that were
/// ready are delivered, the call that was running fails, and a new runner gets the rest. So the dispatcher sees a worker
/// that never ends.
///
/// The conformance to `Sendable` is unchecked because one thread at a time uses a transport; see `MasterTransport`.
/// What the thread that watches the processes adds is behind a lock.
package final class RunnerMasterTransport: MasterTransport, @unchecked Sendable {
    private let bell: MasterBell
    private let bellDescriptor: CInt
    private var links: [RunnerLink] = []
    private var next = 0
    private var arrived: Deque<(worker: WorkerID, frame: FrameBuffer)> = []
    private let losses = Locked<[RunnerLoss]>([])
    private let processes: any RunnerProcesses
    /// Encodes the failure of a call that ended its runner.
    private let failure: @Sendable (RunnerLoss, LostCall) -> [UInt8]

    /// How many times in a row a worker may end before it has done anything.
    private static let mostIdleEnds = 3

    /// The error of a worker that cannot be replaced.
    private struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts the runners.
    ///
    /// - Parameters:
    ///   - processes: Starts the processes, and reports their ends to `note(_:)`.
    ///   - failure: Returns the encoding of a `TaskFailure` for a call that ended its runner.
    package init(
        workerCount: Int,
        processes: any RunnerProcesses,
        failure: @escaping @Sendable (RunnerLoss, LostCall) -> [UInt8]
    ) throws {
        (bell, bellDescriptor) = try MasterBell.make()
        self.processes = processes
        self.failure = failure
        for number in 0..<workerCount { links.append(try start(WorkerID(number))) }
    }

    private func start(_ worker: WorkerID) throws(SystemError) -> RunnerLink {
        let (memory, descriptor) = try RunnerMemory.make()
        processes.start(worker, memory: descriptor, bell: bellDescriptor)
        return RunnerLink(worker, memory)
    }

    /// Reports the end of a runner's process. Call it from any thread, once for each process.
    package func note(_ loss: RunnerLoss) {
        losses.withLock { $0.append(loss) }
        bell.doorbell.ring()
    }

    package var workerCount: Int { links.count }
    package var doorbell: Doorbell { bell.doorbell }
    package var waiting: Backoff.Limits { .everybodyRings }
    package var isSending: Bool { links.contains { $0.isSending } }
    package var capabilities: TransportCapabilities { [.outOfBandArrays, .inlineCallers, .endingWorkers] }

    package var traffic: Backoff.Traffic {
        if links.contains(where: \.isReceiving) { return .incoming }
        return isSending ? .outgoing : .none
    }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) throws { try links[worker.number].send(frame) }

    package func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        if let first = arrived.popFirst() { return first }
        // After the one that had a frame, so that a busy runner does not keep the others waiting.
        for offset in links.indices {
            let index = (next + offset) % links.count
            if let frame = receive(from: links[index]) {
                next = index + 1
                return (WorkerID(index), frame)
            }
        }
        for loss in losses.withLock({ losses in
            defer { losses = [] }
            return losses
        }) { try answer(for: loss) }
        return arrived.popFirst()
    }

    /// Returns a frame of a runner. A runner that sends what is no frame has overwritten its memory, and is ended.
    private func receive(from link: RunnerLink) -> FrameBuffer? {
        do {
            return try link.receive()
        } catch {
            link.damage = "\(error)"
            processes.kill(link.worker)
            return nil
        }
    }

    // MARK: The end of a runner

    /// Does what is left to do for a runner that is dead, and starts another one.
    private func answer(for loss: RunnerLoss) throws {
        let link = links[loss.worker.number]
        while let frame = receive(from: link) { arrived.append((link.worker, frame)) }
        guard !link.hasLeft else { return }
        var loss = loss
        if let damage = link.damage { loss.end = .overwritten(damage) }
        if let answer = try link.answer(for: loss, failure) { arrived.append((link.worker, answer)) }
        guard !link.mayLeave else {
            link.hasLeft = true
            arrived.append((link.worker, WorkerFrame.goodbyeFrame()))
            return
        }
        link.idleEnds = link.hasProgressed ? 0 : link.idleEnds + 1
        guard link.hasReported || link.hasProgressed, link.idleEnds < Self.mostIdleEnds else {
            throw Lost(description: "worker \(link.worker) \(loss.text) before it served")
        }
        let (memory, descriptor) = try RunnerMemory.make()
        try link.restart(memory)
        processes.start(link.worker, memory: descriptor, bell: bellDescriptor)
    }

    package func shutDown() {
        processes.end(leaving: Set(links.lazy.filter(\.hasLeft).map(\.worker)))
        close(bellDescriptor)
    }
}
