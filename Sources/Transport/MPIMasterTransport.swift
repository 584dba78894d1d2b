package import Identities
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
    package init(_ joint: Communicator, longestSleep: UInt64? = nil, hasRunners: Bool = false) throws {
        workerCount = try joint.remoteSize
        endpoint = MPIEndpoint(joint, tag: MPITag.frame)
        let made = SharedDoorbells.make(count: workerCount + 1)
        rings = try Self.invite(made?.1, joint, workerCount)
        sharedBell = hasRunners ? made.flatMap { $0.0.bell(at: 0, $0.1) } : nil
        if let made { SharedDoorbells.withdraw(made.1) }
        doorbells = made?.0
        let everybodyRings = rings.allSatisfy { $0 }
        waiting = .polling(everybodyRings: everybodyRings, longestSleep: longestSleep)
        let mayAnyThreadCall = MPI.threadLevel.map { $0 >= .serialized } ?? false
        capabilities = everybodyRings && mayAnyThreadCall ? [.outOfBandArrays, .inlineCallers] : .outOfBandArrays
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

    package var doorbell: Doorbell { doorbells?[0] ?? ownDoorbell.bell }
    package var isSending: Bool { endpoint.isSending }
    package var traffic: Backoff.Traffic { endpoint.traffic }

    package func send(_ frame: FrameBuffer, to worker: WorkerID) throws {
        // The doorbell is rung also for a frame that is still going out, since MPI moves a large message only with the
        // receiver's help.
        _ = try endpoint.send(frame, to: worker.number)
        ring(worker)
    }

    package func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        if endpoint.isSending { try endpoint.progressSends { ring(WorkerID($0)) } }
        return try endpoint.receive().map { (WorkerID($0.peer), $0.frame) }
    }

    /// Whether the worker is on this host, and has opened the doorbells.
    func rings(_ worker: WorkerID) -> Bool { rings[worker.number] }

    /// A worker that has opened the doorbells has opened a file of this process.
    package func opensFiles(_ worker: WorkerID) -> Bool { rings(worker) }

    private func ring(_ worker: WorkerID) {
        if rings[worker.number] { doorbells?[worker.number + 1].ring() }
    }

    package func shutDown() {}
}

enum MPITag {
    static let meeting = 1
    static let frame = 2
    static let array = 3
}
