internal import CBOR
internal import DequeModule
internal import MPIBinding
internal import Waiting
internal import Wire

/// One end of a connection that moves frames over a communicator. Master and worker share this code. No call waits.
struct MPIEndpoint {
    private struct Outgoing {
        var request: Request
        /// The frame or array that is being sent. It must stay in memory until the request completes.
        let content: AnyObject
        let peer: Int
    }

    private struct Incoming {
        /// The receive of the frame, and then of one out-of-band array after the other.
        var request: Request
        let frame: FrameBuffer
        let peer: Int
        /// The announced arrays that have not been received; nil while the frame itself is being received.
        var arrays: ArraySlice<ArrayAnnouncement>?
    }

    /// An error of a send, with the rank of the peer.
    struct SendFailure: Error {
        let peer: Int
        let cause: MPIError
    }

    private let communicator: Communicator
    private let tag: Int
    private var outgoing: [Outgoing] = []
    /// Frames in the order in which they were matched, which is the order in which `receive` returns them.
    private var incoming: Deque<Incoming> = []
    /// Peers to which nothing is sent any more.
    private var lost: Set<Int> = []
    /// The memory of messages from and to lost peers. MPI may use it as long as it lives.
    private var abandoned: [AnyObject] = []

    init(_ communicator: Communicator, tag: Int) {
        self.communicator = communicator
        self.tag = tag
    }

    var isSending: Bool { !outgoing.isEmpty }

    var traffic: Backoff.Traffic {
        incoming.isEmpty ? (outgoing.isEmpty ? .none : .outgoing) : .incoming
    }

    /// Starts to send a frame and its out-of-band arrays. Returns whether all of it has gone out already.
    mutating func send(_ frame: FrameBuffer, to peer: Int) throws(MPIError) -> Bool {
        if lost.contains(peer) { return true }
        if frame.hasOutOfBandArrays { frame.announceArrays() }
        var isOut = try send(frame.bytes, frame, to: peer, tag: tag)
        for array in frame.outOfBand {
            isOut = try send(UnsafeRawBufferPointer(array.bytes), array, to: peer, tag: MPITag.array) && isOut
        }
        return isOut
    }

    private mutating func send(
        _ bytes: UnsafeRawBufferPointer,
        _ content: AnyObject,
        to peer: Int,
        tag: Int
    ) throws(MPIError) -> Bool {
        var request = try communicator.isend(bytes, to: peer, tag: tag)
        if try request.test() != nil { return true }
        outgoing.append(Outgoing(request: request, content: content, peer: peer))
        return false
    }

    /// Advances the sends under way. Calls `ring` with the rank of each peer to which a frame or array goes out or has
    /// gone out.
    ///
    /// A large message may become visible to its receiver long after the send began, and then moves only while the
    /// receiver polls. So the receiver must be awake as long as the send is under way.
    mutating func progressSends(_ ring: (Int) -> Void) throws(SendFailure) {
        var index = 0
        while index < outgoing.count {
            let peer = outgoing[index].peer
            let isOut: Bool
            do { isOut = try outgoing[index].request.test() != nil } catch {
                throw SendFailure(peer: peer, cause: error)
            }
            ring(peer)
            if isOut { outgoing.remove(at: index) } else { index += 1 }
        }
    }

    /// Returns a frame that has arrived together with its out-of-band arrays, if any.
    mutating func receive() throws -> (peer: Int, frame: FrameBuffer)? {
        if let message = try probe(tag: tag) {
            let peer = message.source
            let frame = try FrameBuffer(receiving: message.byteCount)
            let request = try message.receive(
                into: UnsafeMutableRawBufferPointer(start: frame.base, count: frame.count)
            )
            if lost.contains(peer) {
                abandoned.append(frame)
            } else {
                incoming.append(Incoming(request: request, frame: frame, peer: peer))
            }
        }
        return incoming.isEmpty ? nil : try receiveFirst()
    }

    /// Sends nothing to a peer any more, and drops what comes from it. Messages under way are not waited for.
    mutating func giveUp(_ peer: Int) {
        guard lost.insert(peer).inserted else { return }
        abandoned += outgoing.filter { $0.peer == peer }.map(\.content)
        outgoing.removeAll { $0.peer == peer }
        for message in incoming where message.peer == peer {
            abandoned.append(message.frame)
            abandoned += message.frame.outOfBand.map { $0 as AnyObject }
        }
        incoming.removeAll { $0.peer == peer }
    }

    /// Looks for a message, twice: the first probe after an arrival often finds nothing, since it is the probe that
    /// makes MPI look.
    private func probe(source: Int? = nil, tag: Int) throws(MPIError) -> MatchedMessage? {
        if let message = try communicator.improbe(source: source, tag: tag) { return message }
        return try communicator.improbe(source: source, tag: tag)
    }

    /// Advances the first of the incoming frames. Returns it once it is complete.
    private mutating func receiveFirst() throws -> (peer: Int, frame: FrameBuffer)? {
        while true {
            if !incoming[0].request.isComplete, try incoming[0].request.test() == nil { return nil }
            let (frame, peer) = (incoming[0].frame, incoming[0].peer)
            if incoming[0].arrays == nil {
                incoming[0].arrays = tag == MPITag.frame ? try frame.takeAnnouncedArrays()[...] : []
            }
            guard let announced = incoming[0].arrays?.first else {
                incoming.removeFirst()
                return (peer, frame)
            }
            guard let message = try probe(source: peer, tag: MPITag.array) else { return nil }
            let array = try announced.makeArray(byteCount: message.byteCount)
            incoming[0].request = try message.receive(into: array.bytes)
            incoming[0].arrays?.removeFirst()
            frame.append(outOfBand: array)
        }
    }
}
