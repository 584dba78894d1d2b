internal import Glibc
internal import Waiting

/// Timeouts of `poll`.
enum PollTimeout {
    /// Returns the timeout, in milliseconds, of a call that waits until an instant. It is not too short. Without an
    /// instant the call waits for ever.
    static func until(_ instant: Instant?) -> CInt {
        guard let instant else { return -1 }
        return CInt(clamping: instant.nanoseconds(since: .now) / 1_000_000 + 1)
    }
}
