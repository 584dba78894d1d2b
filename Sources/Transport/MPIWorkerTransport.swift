internal import Glibc
package import Identities
package import MPIBinding
package import Waiting
package import Wire

/// A worker's end of the intercommunicator to its master.
package final class MPIWorkerTransport: WorkerTransport {
    private var endpoint: MPIEndpoint
    private let ownDoorbell = LocalDoorbell()
    private let doorbells: SharedDoorbells?
    /// This worker. Its number is its rank in the local group.
    package let worker: WorkerID
    /// The number of workers.
    package let workerCount: Int

    /// The master's rank in the remote group. The master is alone in it.
    private static let master = 0

    package let waiting: Backoff.Limits

    /// Connects to the master, which makes an `MPIMasterTransport` at the same time.
    ///
    /// - Parameters:
    ///   - joint: The intercommunicator. It must carry no other messages.
    ///   - longestSleep: The longest sleep between two looks for messages, in nanoseconds.
    package init(_ joint: Communicator, longestSleep: UInt64? = nil) throws {
        worker = WorkerID(try joint.rank)
        workerCount = try joint.size
        endpoint = MPIEndpoint(joint, tag: MPITag.frame)
        doorbells = try Self.acceptInvitation(joint)
        waiting = .polling(everybodyRings: doorbells != nil, longestSleep: longestSleep)
    }

    private static func acceptInvitation(_ joint: Communicator) throws -> SharedDoorbells? {
        var meeting = MPIEndpoint(joint, tag: MPITag.meeting)
        var backoff = Backoff(.polling(everybodyRings: false, longestSleep: nil))
        let bell = LocalDoorbell()
        while true {
            guard let (_, letter) = try meeting.receive() else {
                bell.bell.idle(&backoff)
                continue
            }
            var reader = FrameReader(letter.bytes)
            var doorbells: SharedDoorbells?
            if try reader.byte() == 1 {
                let nonce = try reader.number(UInt64.self)
                let count = Int(try reader.number(UInt32.self))
                let path = try reader.text()
                doorbells = SharedDoorbells.open(.init(path: path, nonce: nonce, count: count))
            }
            let answer = FrameBuffer(capacity: 1)
            answer.append(byte: doorbells == nil ? 0 : 1)
            _ = try meeting.send(answer, to: Self.master)
            while meeting.isSending { try meeting.progressSends { _ in } }
            return doorbells
        }
    }

    package var doorbell: Doorbell { doorbells?[worker.number + 1] ?? ownDoorbell.bell }
    package var isSending: Bool { endpoint.isSending }
    package var movesArrays: Bool { true }
    package var traffic: Backoff.Traffic { endpoint.traffic }

    package func send(_ frame: FrameBuffer) throws {
        _ = try endpoint.send(frame, to: Self.master)
        ringMaster()
    }

    package func poll() throws -> FrameBuffer? {
        if endpoint.isSending { try endpoint.progressSends { _ in ringMaster() } }
        return try endpoint.receive()?.frame
    }

    private func ringMaster() { doorbells?[0].ring() }

    package func shutDown() {}
}
