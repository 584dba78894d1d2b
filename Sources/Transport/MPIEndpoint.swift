internal import DequeModule
internal import MPIBinding
internal import Waiting
internal import Wire

/// Frames over a communicator, without ever waiting: what the master's and the worker's ends share.
struct MPIEndpoint {
    private struct Outgoing {
        var request: Request
        let frame: FrameBuffer
        let peer: Int
    }

    private struct Incoming {
        var request: Request
        let frame: FrameBuffer
        let peer: Int
    }

    private let communicator: Communicator
    private let tag: Int
    private var outgoing: [Outgoing] = []
    /// In the order in which they were matched, which is the order in which they are handed out.
    private var incoming: Deque<Incoming> = []

    init(_ communicator: Communicator, tag: Int) {
        self.communicator = communicator
        self.tag = tag
    }

    var isSending: Bool { !outgoing.isEmpty }

    var traffic: Backoff.Traffic {
        incoming.isEmpty ? (outgoing.isEmpty ? .none : .outgoing) : .incoming
    }

    /// Starts to send; true if the frame is out already.
    mutating func send(_ frame: FrameBuffer, to peer: Int) throws(MPIError) -> Bool {
        var request = try communicator.isend(frame.bytes, to: peer, tag: tag)
        if try request.test() != nil { return true }
        outgoing.append(Outgoing(request: request, frame: frame, peer: peer))
        return false
    }

    /// Moves outgoing frames along; `sent` hears of the peers whose frames have gone out.
    mutating func progressSends(_ sent: (Int) -> Void) throws(MPIError) {
        var index = 0
        while index < outgoing.count {
            if try outgoing[index].request.test() != nil {
                sent(outgoing[index].peer)
                outgoing.remove(at: index)
            } else {
                index += 1
            }
        }
    }

    /// A frame that has arrived, if any.
    mutating func receive() throws(MPIError) -> (peer: Int, frame: FrameBuffer)? {
        // The first probe after an arrival often finds nothing: it is what makes MPI look.
        for _ in 0..<2 {
            guard let message = try communicator.improbe(tag: tag) else { continue }
            let peer = message.source
            let frame = FrameBuffer(receiving: message.byteCount)
            var request = try message.receive(
                into: UnsafeMutableRawBufferPointer(start: frame.base, count: frame.count)
            )
            if incoming.isEmpty, try request.test() != nil { return (peer, frame) }
            incoming.append(Incoming(request: request, frame: frame, peer: peer))
            break
        }
        guard !incoming.isEmpty else { return nil }
        if !incoming[0].request.isComplete, try incoming[0].request.test() == nil { return nil }
        let arrived = incoming.removeFirst()
        return (arrived.peer, arrived.frame)
    }
}
