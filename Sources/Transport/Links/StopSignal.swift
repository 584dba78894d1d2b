internal import CLinux
internal import Glibc

/// Ends a thread that waits in `poll`.
///
/// A thread that waits has `descriptor` among those that it polls. The descriptor becomes readable by `send`.
final class StopSignal: Sendable {
    let descriptor: CInt
    private let writer: CInt

    /// Returns nil if the system has no descriptors for it.
    init?() {
        var ends: [CInt] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { return nil }
        (descriptor, writer) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    func send() {
        var byte: UInt8 = 0
        _ = write(writer, &byte, 1)
    }
}
