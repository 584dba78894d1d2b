/// What one end of a link knows of the sleep of both ends. It decides when to ring.
///
/// Frames travel over MPI, and rings over the link, so a frame and the news of its receiver's sleep may cross. Therefore
/// both ends count the frames. The news of a sleep says how many frames the sleeper has received: if more were sent, the
/// sender rings at once.
package struct SleepLedger: Equatable, Sendable {
    private var sent: UInt64 = 0
    private var received: UInt64 = 0
    /// Whether the peer sleeps until it is rung.
    private var isPeerAsleep = false
    /// Whether the peer believes that this end sleeps.
    private var isAnnounced = false

    package init() {}

    /// Takes note that a frame was sent. Returns whether the peer must be rung.
    package mutating func noteSent() -> Bool {
        sent &+= 1
        defer { isPeerAsleep = false }
        return isPeerAsleep
    }

    /// Takes note that a frame has come. Its sender has rung, if this end had announced its sleep.
    package mutating func noteReceived() {
        received &+= 1
        isAnnounced = false
    }

    /// Takes note that the peer has rung.
    package mutating func noteRing() { isAnnounced = false }

    /// Takes note that this end is about to sleep. Returns the message that tells the peer, or nil if the peer knows.
    package mutating func announce() -> LinkMessage? {
        if isAnnounced { return nil }
        isAnnounced = true
        return .asleep(received: received)
    }

    /// Takes note of the peer's announcement. Returns whether the peer must be rung, since frames for it are on their
    /// way.
    package mutating func notePeerAsleep(received: UInt64) -> Bool {
        isPeerAsleep = received == sent
        return !isPeerAsleep
    }
}
