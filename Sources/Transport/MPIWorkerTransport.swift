internal import Glibc
package import Identities
package import MPIBinding
package import Waiting
package import Wire

/// A worker's end of the intercommunicator to its master.
package final class MPIWorkerTransport: WorkerTransport {
    private var endpoint: MPIEndpoint
    private let ownDoorbell: LocalDoorbell
    private let doorbells: SharedDoorbells?
    private let bell: CurrentDoorbell
    /// The link to the master; nil if there is none.
    private let client: LinkClient?
    private let longestSleep: UInt64?
    /// Why the master is lost; nil while it is not, or if somebody else handles that.
    private let loss: LossNote
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
    ///   - whenMasterIsLost: Called by a thread of the transport if the master, on another host, is silent, or has ended
    ///     without a goodbye. Without this function, `poll` throws then.
    package init(
        _ joint: Communicator,
        longestSleep: UInt64? = nil,
        whenMasterIsLost: (@Sendable (WorkerOutage.Cause) -> Void)? = nil
    ) throws {
        worker = WorkerID(try joint.rank)
        workerCount = try joint.size
        endpoint = MPIEndpoint(joint, tag: MPITag.frame)
        self.longestSleep = longestSleep
        let own = LocalDoorbell()
        ownDoorbell = own
        doorbells = try Self.acceptInvitation(joint)
        let bell = CurrentDoorbell(doorbells?[worker.number + 1] ?? own.bell, owner: doorbells ?? own)
        self.bell = bell
        let loss = LossNote()
        self.loss = loss
        let whenLost =
            whenMasterIsLost
            ?? { cause in
                loss.cause.withLock { $0 = cause }
                bell.ring()
            }
        client = doorbells == nil ? try Self.acceptLink(joint, whenLost) { bell.ring() } : nil
        waiting = .polling(everybodyRings: doorbells != nil, longestSleep: longestSleep)
    }

    private static func acceptInvitation(_ joint: Communicator) throws -> SharedDoorbells? {
        var meeting = MPIEndpoint(joint, tag: MPITag.meeting)
        let letter = try nextLetter(&meeting)
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

    /// Receives the master's second letter, which goes to workers on other hosts, and begins to make the link.
    private static func acceptLink(
        _ joint: Communicator,
        _ whenLost: @escaping @Sendable (WorkerOutage.Cause) -> Void,
        ring: @escaping @Sendable () -> Void
    ) throws -> LinkClient? {
        var meeting = MPIEndpoint(joint, tag: MPITag.meeting)
        let letter = try nextLetter(&meeting)
        var reader = FrameReader(letter.bytes)
        guard try reader.byte() == 1 else { return nil }
        return LinkClient(try LinkInvitation(&reader), whenMasterIsLost: whenLost, ring: ring)
    }

    private static func nextLetter(_ meeting: inout MPIEndpoint) throws -> FrameBuffer {
        var backoff = Backoff(.polling(everybodyRings: false, longestSleep: nil))
        let bell = LocalDoorbell()
        while true {
            if let (_, letter) = try meeting.receive() { return letter }
            bell.bell.idle(&backoff)
        }
    }

    package var doorbell: Doorbell { bell.doorbell }
    package var ring: @Sendable () -> Void { { [bell] in bell.ring() } }
    package func sleep(at doorbell: Doorbell, owner: AnyObject) { bell.change(to: doorbell, owner: owner) }
    package var isSending: Bool { endpoint.isSending }
    package var movesArrays: Bool { true }
    package var traffic: Backoff.Traffic { endpoint.traffic }

    package func send(_ frame: FrameBuffer) throws {
        _ = try endpoint.send(frame, to: Self.master)
        ringMaster()
        client?.link.noteSent()
    }

    package func poll() throws -> FrameBuffer? {
        if endpoint.isSending { try endpoint.progressSends { _ in ringMaster() } }
        guard let (_, frame) = try endpoint.receive() else {
            if let cause = loss.cause.withLock({ $0 }) { throw MasterLost(cause: cause) }
            return nil
        }
        client?.link.noteReceived()
        return frame
    }

    private func ringMaster() { doorbells?[0].ring() }

    package func announceSleep(_ nanoseconds: UInt64) -> UInt64 {
        guard let client, endpoint.traffic == .none else { return nanoseconds }
        return Backoff.Limits.announceSleep(nanoseconds, longestSleep: longestSleep) { client.link.announceSleep() }
    }

    package func shutDown() { client?.end() }
}

/// What a thread of the transport has found out about the master.
private final class LossNote: Sendable {
    let cause = Locked<WorkerOutage.Cause?>(nil)
}

/// The error of a worker whose master, on another host, is silent or has ended.
package struct MasterLost: Error, CustomStringConvertible {
    package let cause: WorkerOutage.Cause
    package var description: String { "the master is lost: it is \(cause)" }
}
