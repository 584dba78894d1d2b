package import Identities
package import Waiting
package import Wire

/// The transport between a master and runners that ranks of MPI own.
///
/// Frames for runners on the master's host go through shared memory. Frames for other hosts go over MPI to the owners,
/// which pass them on.
///
/// The conformance to `Sendable` is unchecked because one thread at a time uses a transport; see `MasterTransport`.
package final class IsolatedMasterTransport: MasterTransport, @unchecked Sendable {
    private let mpi: MPIMasterTransport
    /// Nil if no worker is on this host.
    private let runners: RunnerMasterTransport?
    private let isLocal: [Bool]
    private let areAllLocal: Bool
    private let counts = WorkerTally()
    /// What owners on other hosts have counted so far.
    private var countsOfOthers: [WorkerID: ProcessCounts] = [:]
    private var shares = HostShares()
    /// Whether the owners of runners on this host have been told to leave.
    private var areOwnersDismissed = false
    /// The number of runners on this host that have not said goodbye.
    private var stayingCount: Int
    private var polls = 0

    /// The number of looks for frames for each look at MPI, if all runners are on this host. MPI brings only the ends
    /// of runners then. An idle dispatcher looks more often before it sleeps.
    private static let looksForEachOfMPI = 8

    /// - Parameters:
    ///   - mpi: The connection to the owners, which run a `RunnerOwner` each.
    ///   - startTimeout: How long it may take until all runners on this host serve.
    ///   - maxCalls: How many calls each process makes at most before another one takes its place; nil for any number.
    ///   - failure: Returns the encoding of a `TaskFailure` for a call that ended its runner.
    package init(
        _ mpi: MPIMasterTransport,
        startTimeout: Duration,
        maxCalls: Int? = nil,
        failure: @escaping @Sendable (RunnerLoss, LostCall) -> [UInt8]
    ) throws {
        self.mpi = mpi
        let workers = (0..<mpi.workerCount).map { WorkerID($0) }
        let bell = mpi.sharedBell
        isLocal = workers.map { bell != nil && mpi.rings($0) }
        areAllLocal = isLocal.allSatisfy { $0 }
        stayingCount = isLocal.count { $0 }
        for worker in workers where !isLocal[worker.number] {
            try mpi.send(RunnerControl.relay.frame, to: worker)
        }
        let local = workers.filter { [isLocal] in isLocal[$0.number] }
        guard let bell, !local.isEmpty else {
            runners = nil
            return
        }
        runners = try RunnerMasterTransport(
            workers: local,
            bell,
            OwnedRunners(local) { [mpi] frame, worker in try mpi.send(frame, to: worker) },
            startTimeout: startTimeout,
            maxCalls: maxCalls,
            tally: counts,
            failure
        )
    }

    package var workerCount: Int { mpi.workerCount }
    package var doorbell: Doorbell { mpi.doorbell }
    package var waiting: Backoff.Limits { mpi.waiting }
    package var tally: WorkerTally? { counts }
    package func sharedValues(of worker: WorkerID) -> [FrameBuffer] { runners?.sharedValues(of: worker) ?? [] }
    package var isSending: Bool { mpi.isSending || runners?.isSending ?? false || shares.isBusy }
    package var capabilities: TransportCapabilities { mpi.capabilities.union([.endingCalls, .survivingCrashes]) }
    package func announceSleep(_ nanoseconds: UInt64) -> UInt64 { mpi.announceSleep(nanoseconds) }
    package func setOutageHandler(_ handler: @escaping @Sendable ([WorkerOutage]) -> Void) {
        mpi.setOutageHandler(handler)
    }
    package func giveUp(_ worker: WorkerID) {
        mpi.giveUp(worker)
        // What the worker's owner has counted is lost with it. The dispatcher counts the loss.
        countsOfOthers[worker] = nil
        // If another worker cannot be reached either, it is given up next.
        try? send(shares.giveUp(worker))
    }
    package func opensFiles(_ worker: WorkerID) -> Bool { isLocal[worker.number] }

    package var traffic: Backoff.Traffic {
        switch runners?.traffic {
        case .incoming: .incoming
        case .outgoing: .outgoing
        case nil, .some(.none): mpi.traffic
        }
    }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) throws {
        guard isLocal[worker.number] else {
            guard let messages = shares.send(frame, to: worker) else { return try mpi.send(frame, to: worker) }
            return try send(messages)
        }
        try runners?.send(frame, to: worker)
    }

    private func send(_ messages: [HostShares.Message]) throws {
        for message in messages { try mpi.send(message.frame, to: message.worker) }
    }

    package func endCall(_ index: Int, of frame: FrameSequence, on worker: WorkerID) {
        if isLocal[worker.number] {
            runners?.endCall(index, of: frame, on: worker)
        } else {
            // If the owner cannot be reached, `poll` throws the transport's error.
            try? mpi.send(RunnerControl.endCall(CallPlace(frame: frame, index: index)).frame, to: worker)
        }
    }

    package func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        if let runners {
            while let (worker, frame) = try runners.poll() {
                guard frame.bytes.first == WorkerFrameKind.goodbye.rawValue else { return (worker, frame) }
                try noteGoodbye()
            }
        }
        polls &+= 1
        guard !areAllLocal || areOwnersDismissed || polls.isMultiple(of: Self.looksForEachOfMPI) else { return nil }
        while let (worker, frame) = try mpi.poll() {
            switch try RunnerControl(parsing: frame) {
            case .ended(let loss):
                guard isLocal[worker.number], loss.worker == worker else {
                    throw WireError("a rank speaks of the end of another one's runner", offset: 4)
                }
                runners?.note(loss)
            case .counted(let counts):
                guard !isLocal[worker.number] else {
                    throw WireError("a rank counts processes that its master counts", offset: 0)
                }
                self.counts.add(counts - countsOfOthers[worker, default: ProcessCounts()])
                countsOfOthers[worker] = counts
            case .offers(let offer): try send(shares.note(offer.value, of: worker, offer))
            case .has(let value): try send(shares.note(value, of: worker, nil))
            case .lacks(let value): try send(shares.noteLack(of: value, on: worker))
            default:
                noteReport(frame, of: worker)
                return (worker, frame)
            }
        }
        return nil
    }

    /// Takes note of the host of a worker that reports.
    private func noteReport(_ frame: FrameBuffer, of worker: WorkerID) {
        guard frame.bytes.first == WorkerFrameKind.ready.rawValue, !isLocal[worker.number],
            case .ready(let identity)? = try? WorkerFrame(parsing: frame)
        else { return }
        shares.join(worker, host: identity.host)
    }

    /// Takes note that a runner on this host has said goodbye.
    ///
    /// The owners are let go together. One that leaves MPI waits for the others there, and takes a core from runners
    /// that have yet to end.
    private func noteGoodbye() throws {
        stayingCount -= 1
        if stayingCount == 0 { try dismissOwners() }
    }

    /// Lets the owners of runners on this host go, which answer with their own goodbyes.
    private func dismissOwners() throws {
        guard !areOwnersDismissed else { return }
        areOwnersDismissed = true
        for worker in isLocal.indices where isLocal[worker] {
            try mpi.send(MasterFrame.goodbyeFrame(), to: WorkerID(worker))
        }
    }

    package func shutDown() {
        // After a failure runners may be busy. Their owners end them.
        try? dismissOwners()
        runners?.shutDown()
        mpi.shutDown()
    }
}
