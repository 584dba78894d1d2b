package import Identities
internal import Linux
package import MPIBinding
package import Waiting
package import Wire

/// The master's end of the intercommunicator to its workers. A worker's number is its rank in the remote group.
///
/// The conformance to `Sendable` is unchecked because one thread at a time uses a transport; see `MasterTransport`.
package final class MPIMasterTransport: MasterTransport, @unchecked Sendable {
    private var endpoint: MPIEndpoint
    private let ownDoorbell = LocalDoorbell()
    private let doorbells: SharedDoorbells?
    /// For each worker, whether it has opened the segment of doorbells, so that the master can ring for it.
    private let rings: [Bool]
    /// The other workers, without those that were given up.
    private var distantWorkers: [WorkerID]
    /// The links to the other workers; nil if there are none.
    private let links: LinkServer?
    private let longestSleep: UInt64?
    private let outages: OutageList

    package let workerCount: Int
    package let waiting: Backoff.Limits
    package let capabilities: TransportCapabilities
    /// Where runners find the master's doorbell; nil if there is none, or if nobody asked for it.
    let sharedBell: RunnerMasterTransport.Bell?

    /// Connects to the workers. Each of them makes an `MPIWorkerTransport` at the same time.
    ///
    /// - Parameters:
    ///   - joint: The intercommunicator. It must carry no other messages.
    ///   - longestSleep: The longest sleep between two looks for messages of workers on other hosts, in nanoseconds.
    ///   - hasRunners: Whether the workers own runners, which ring the master's doorbell.
    ///   - hasLinks: Whether workers on other hosts get links, over which they ring and are rung.
    ///   - heartbeat: How hosts that are silent are noticed, by way of the links; nil if they are not.
    package init(
        _ joint: Communicator,
        longestSleep: UInt64? = nil,
        hasRunners: Bool = false,
        hasLinks: Bool = true,
        heartbeat: Heartbeat? = nil
    ) throws {
        self.longestSleep = longestSleep
        workerCount = try joint.remoteSize
        endpoint = MPIEndpoint(joint, tag: MPITag.frame)
        let made = SharedDoorbells.make(count: workerCount + 1)
        rings = try Self.invite(made?.1, joint, workerCount)
        sharedBell = hasRunners ? made.flatMap { $0.0.bell(at: 0, $0.1) } : nil
        if let made { SharedDoorbells.withdraw(made.1) }
        doorbells = made?.0
        let everybodyRings = rings.allSatisfy { $0 }
        waiting = .polling(everybodyRings: everybodyRings, longestSleep: longestSleep)
        distantWorkers = rings.indices.filter { [rings] in !rings[$0] }.map { WorkerID($0) }
        let bell = CurrentDoorbell(made?.0[0] ?? ownDoorbell.bell, owner: made?.0 ?? ownDoorbell)
        let outages = OutageList()
        self.outages = outages
        links =
            hasLinks
            ? LinkServer(workers: distantWorkers, of: workerCount, heartbeat: heartbeat, whenLost: outages.add) {
                bell.ring()
            } : nil
        try Self.invite(distantWorkers, to: links, joint)
        let mayAnyThreadCall = MPI.threadLevel.map { $0 >= .serialized } ?? false
        var capabilities: TransportCapabilities = .outOfBandArrays
        if everybodyRings && mayAnyThreadCall { capabilities.insert(.inlineCallers) }
        if links != nil, heartbeat != nil { capabilities.insert(.losingWorkers) }
        self.capabilities = capabilities
    }

    /// Invites every worker to the segment of doorbells. Returns for each worker whether it could open the segment.
    private static func invite(
        _ invitation: SharedDoorbells.Invitation?,
        _ joint: Communicator,
        _ workerCount: Int
    ) throws -> [Bool] {
        let letter = FrameBuffer(capacity: 64)
        letter.append(byte: invitation == nil ? 0 : 1)
        if let invitation {
            letter.append(invitation.nonce)
            letter.append(UInt32(invitation.count))
            letter.append(text: invitation.path)
        }
        var requests: [Request] = []
        for worker in 0..<workerCount {
            requests.append(try joint.isend(letter.bytes, to: worker, tag: MPITag.meeting))
        }
        var rings = [Bool](repeating: false, count: workerCount)
        var backoff = Backoff(.polling(everybodyRings: false, longestSleep: nil))
        let bell = LocalDoorbell()
        var missing = workerCount
        while missing > 0 {
            guard let message = try joint.improbe(tag: MPITag.meeting) else {
                bell.bell.idle(&backoff)
                continue
            }
            backoff.reset()
            let answer = try FrameBuffer(receiving: message.byteCount)
            try message.receiveNow(into: UnsafeMutableRawBufferPointer(start: answer.base, count: answer.count))
            rings[message.source] = answer.bytes.first == 1
            missing -= 1
        }
        for index in requests.indices { try requests[index].wait() }
        return rings
    }

    /// Sends an invitation to make a link to each worker on another host. Workers without a link poll.
    private static func invite(_ workers: [WorkerID], to links: LinkServer?, _ joint: Communicator) throws {
        let addresses = links == nil ? [] : HostAddress.ofThisHost
        for worker in workers {
            let letter = FrameBuffer(capacity: 256)
            let invitation = links?.invitation(for: worker, addresses)
            letter.append(byte: invitation == nil ? 0 : 1)
            invitation?.append(to: letter)
            var request = try joint.isend(letter.bytes, to: worker.number, tag: MPITag.meeting)
            try request.wait()
        }
    }

    package var doorbell: Doorbell { doorbells?[0] ?? ownDoorbell.bell }
    package var isSending: Bool { endpoint.isSending }
    package var traffic: Backoff.Traffic { endpoint.traffic }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) throws {
        // The doorbell is rung also for a frame that is still going out, since MPI moves a large message only with the
        // receiver's help.
        do { _ = try endpoint.send(frame, to: worker.number) } catch {
            return try note(error, to: worker)
        }
        ring(worker)
        links?[worker]?.noteSent()
    }

    package func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        if endpoint.isSending {
            do { try endpoint.progressSends { ring(WorkerID($0)) } } catch {
                try note(error.cause, to: WorkerID(error.peer))
            }
        }
        guard let (peer, frame) = try endpoint.receive() else { return nil }
        let worker = WorkerID(peer)
        links?[worker]?.noteReceived()
        return (worker, frame)
    }

    /// Takes note that MPI cannot send to a worker. The worker is lost if its host may have died.
    private func note(_ failure: MPIError, to worker: WorkerID) throws {
        guard capabilities.contains(.losingWorkers), !rings(worker) else { throw failure }
        giveUp(worker)
        outages.add([WorkerOutage(worker, .unreachable("\(failure)"))])
    }

    package func setOutageHandler(_ handler: @escaping @Sendable ([WorkerOutage]) -> Void) {
        outages.setHandler(handler)
    }

    package func giveUp(_ worker: WorkerID) {
        endpoint.giveUp(worker.number)
        distantWorkers.removeAll { $0 == worker }
    }

    package func announceSleep(_ nanoseconds: UInt64) -> UInt64 {
        guard let links, endpoint.traffic == .none else { return nanoseconds }
        return Backoff.Limits.announceSleep(nanoseconds, longestSleep: longestSleep) {
            links.announceSleep(to: distantWorkers)
        }
    }

    /// Whether the worker is on this host, and has opened the doorbells.
    func rings(_ worker: WorkerID) -> Bool { rings[worker.number] }

    /// A worker that has opened the doorbells has opened a file of this process.
    package func opensFiles(_ worker: WorkerID) -> Bool { rings(worker) }

    private func ring(_ worker: WorkerID) {
        if rings[worker.number] { doorbells?[worker.number + 1].ring() }
    }

    package func shutDown() { links?.end() }
}

enum MPITag {
    static let meeting = 1
    static let frame = 2
    static let array = 3
}
