internal import Glibc
internal import MPIBinding
package import Waiting
package import Wire

/// A worker's end of a communicator that it shares with its master and other workers.
package final class MPIWorkerTransport: WorkerTransport {
    private var endpoint: MPIEndpoint
    private let ownDoorbell = LocalDoorbell()
    private let doorbells: SharedDoorbells?
    private let number: Int
    private let master: Int

    package let waiting: Backoff.Limits

    /// Meets the master, which makes an `MPIMasterTransport` at the same time.
    package init(_ assembly: Assembly, longestSleep: UInt64? = nil) throws {
        number = try assembly.ownNumber
        master = assembly.master
        endpoint = MPIEndpoint(assembly.communicator, tag: MPITag.frame)
        doorbells = try Self.acceptInvitation(assembly.communicator)
        waiting = .polling(everybodyRings: doorbells != nil, longestSleep: longestSleep)
    }

    private static func acceptInvitation(_ communicator: Communicator) throws -> SharedDoorbells? {
        var meeting = MPIEndpoint(communicator, tag: MPITag.meeting)
        var backoff = Backoff(.polling(everybodyRings: false, longestSleep: nil))
        let bell = LocalDoorbell()
        while true {
            guard let (master, letter) = try meeting.receive() else {
                bell.bell.pause(backoff.idle())
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
            _ = try meeting.send(answer, to: master)
            while meeting.isSending { try meeting.progressSends { _ in } }
            return doorbells
        }
    }

    package var doorbell: Doorbell { doorbells?[number + 1] ?? ownDoorbell.bell }
    package var isSending: Bool { endpoint.isSending }
    package var movesArrays: Bool { true }
    package var traffic: Backoff.Traffic { endpoint.traffic }

    package func send(_ frame: FrameBuffer) throws {
        _ = try endpoint.send(frame, to: master)
        ringMaster()
    }

    package func poll() throws -> FrameBuffer? {
        if endpoint.isSending { try endpoint.progressSends { _ in ringMaster() } }
        return try endpoint.receive()?.frame
    }

    private func ringMaster() { doorbells?[0].ring() }

    package func shutDown() {}
}
