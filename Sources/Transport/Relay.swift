internal import Identities
internal import Waiting
internal import Wire

/// A relay between a program and workers that the program cannot reach. It passes frames on in both directions, and
/// does not look into them.
package struct Relay {
    private let transport: any MasterTransport
    private let socket: FrameSocket
    /// A frame that arrived while the relay made ready to sleep.
    private var early: (worker: WorkerID, frame: FrameBuffer)?
    private var goodbyes = 0
    /// The outages of workers. The relay ends with the first of them, and the program may start all workers again.
    private let outages = OutageBox()
    private var hosts: [WorkerID: String] = [:]

    /// The reason why a relay's work ends.
    package enum End: Sendable {
        /// All workers have said goodbye.
        case workersLeft
        /// The program has ended, or has closed the connection.
        case programLeft
    }

    /// - Parameters:
    ///   - transport: The transport to the workers.
    ///   - socket: The connection to the program. It must ring the transport's doorbell.
    package init(_ transport: any MasterTransport, _ socket: FrameSocket) {
        self.transport = transport
        self.socket = socket
        let bell = transport.doorbell
        transport.setOutageHandler { [outages] new in
            outages.all.withLock { $0 += new }
            bell.ring()
        }
    }

    /// The most frames that are taken from one side before the other side has its turn.
    private static let framesAtOnce = 64

    /// Passes frames on until one side has left.
    package mutating func run() throws -> End {
        let greeting = FrameBuffer(capacity: 1)
        greeting.append(byte: 1)
        socket.send(greeting, worker: FrameSocket.control)
        var backoff = Backoff(transport.waiting)
        while true {
            let isBusy = try passDown()
            let wasBusy = try passUp() || isBusy
            socket.flush()
            if goodbyes == transport.workerCount, !socket.isSending { return .workersLeft }
            if let failure = socket.failure { throw failure }
            if let outage = outages.all.withLock({ $0.first }) {
                throw RelayOutage(outage: outage, host: hosts[outage.worker])
            }
            if socket.isClosed { return .programLeft }
            if wasBusy {
                backoff.reset()
            } else {
                try idle(&backoff)
            }
        }
    }

    /// Passes frames from the program to the workers. Returns whether there were any.
    private func passDown() throws -> Bool {
        for count in 0..<Self.framesAtOnce {
            guard let (worker, frame) = socket.take() else { return count > 0 }
            guard worker < transport.workerCount else {
                throw WireError("a frame for worker \(worker) of \(transport.workerCount)", offset: 0)
            }
            try transport.send(frame, to: WorkerID(Int(worker)))
        }
        return true
    }

    /// Passes frames from the workers to the program. Returns whether there were any.
    private mutating func passUp() throws -> Bool {
        for count in 0..<Self.framesAtOnce {
            guard let (worker, frame) = try early ?? transport.poll() else { return count > 0 }
            early = nil
            switch frame.bytes.first {
            case WorkerFrameKind.goodbye.rawValue: goodbyes += 1
            case WorkerFrameKind.ready.rawValue:
                if case .ready(let identity)? = try? WorkerFrame(parsing: frame) { hosts[worker] = identity.host }
            default: break
            }
            socket.send(frame, worker: UInt32(worker.number))
        }
        return true
    }

    /// Waits for the next frame of either side.
    private mutating func idle(_ backoff: inout Backoff) throws {
        // A frame that comes in from a worker moves only while the relay polls.
        let traffic = transport.traffic == .none && socket.isSending ? .outgoing : transport.traffic
        var failure: (any Error)?
        var arrival: (worker: WorkerID, frame: FrameBuffer)?
        transport.doorbell.idle(&backoff, traffic, announcing: transport.announceSleep) {
            do { arrival = try transport.poll() } catch { failure = error }
            return arrival != nil || failure != nil || transport.traffic == .incoming || socket.hasArrival
        }
        if let failure { throw failure }
        early = arrival
    }
}

/// What a thread of the transport has reported.
private final class OutageBox: Sendable {
    let all = Locked<[WorkerOutage]>([])
}

/// The error of a relay that has lost a worker on another host.
package struct RelayOutage: Error, CustomStringConvertible {
    let outage: WorkerOutage
    /// The worker's host; nil if the worker has not reported.
    let host: String?

    package var description: String {
        "host \(host ?? "of worker \(outage.worker.number)") is \(outage.cause), and its workers are lost; "
            + "start the run again without it, or have the executor start its workers again (restarts)"
    }
}
