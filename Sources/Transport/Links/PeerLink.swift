internal import Glibc
internal import Linux
internal import Waiting
package import Wire

/// One end of the link between a master and a worker that share no memory.
///
/// The thread that receives on the link calls `connect`, `take` and `disconnect`. Any thread makes the other calls.
package final class PeerLink: Sendable {
    private struct State {
        var ledger = SleepLedger()
        /// The connection; nil before it is made, and after its end.
        var descriptor: CInt?
        /// Whether the peer has said that it ends the link.
        var hasFarewell = false

        /// Sends a message. A connection that does not take it is ended.
        mutating func send(_ message: LinkMessage) {
            guard let descriptor, !StreamSocket.send(message.bytes, on: descriptor) else { return }
            shutdown(descriptor, CInt(SHUT_RDWR))
            self.descriptor = nil
        }
    }

    private let state = Locked(State())
    private let ring: @Sendable () -> Void

    /// - Parameter ring: Wakes the thread of this process that receives the peer's frames.
    package init(ring: @escaping @Sendable () -> Void) { self.ring = ring }

    package var isUp: Bool { state.withLock { $0.descriptor != nil } }

    /// Whether the peer has ended the link in good order.
    package var hasFarewell: Bool { state.withLock { $0.hasFarewell } }

    /// Tells the peer that this process lives.
    func beat() { state.withLock { $0.send(.beat) } }

    /// Tells the peer that the link ends in good order.
    func sayFarewell() { state.withLock { $0.send(.farewell) } }

    /// Takes note that a frame for the peer was given to MPI, and wakes the peer if it sleeps.
    package func noteSent() {
        state.withLock { state in
            if state.ledger.noteSent() { state.send(.ring) }
        }
    }

    /// Takes note that MPI has brought a frame of the peer.
    package func noteReceived() { state.withLock { $0.ledger.noteReceived() } }

    /// Tells the peer that this process is about to sleep. Call it after `Doorbell.beginSleep`, or a ring may be lost.
    ///
    /// - Returns: Whether the peer rings from now on. If it does not, frames must be looked for.
    package func announceSleep() -> Bool {
        state.withLock { state in
            guard state.descriptor != nil else { return false }
            if let message = state.ledger.announce() { state.send(message) }
            return state.descriptor != nil
        }
    }

    package func connect(_ descriptor: CInt) { state.withLock { $0.descriptor = descriptor } }

    package func take(_ message: LinkMessage) {
        switch message {
        case .ring:
            state.withLock { $0.ledger.noteRing() }
            ring()
        case .asleep(let received):
            state.withLock { state in
                if state.ledger.notePeerAsleep(received: received) { state.send(.ring) }
            }
        case .beat: break
        case .farewell: state.withLock { $0.hasFarewell = true }
        }
    }

    /// Takes all messages that have arrived.
    package func takeMessages(_ stream: inout LinkStream) throws(WireError) {
        while let message = try stream.next() { take(message) }
    }

    /// Takes note of the connection's end, and wakes this process, which has to look for frames again.
    package func disconnect() {
        state.withLock { $0.descriptor = nil }
        ring()
    }
}
