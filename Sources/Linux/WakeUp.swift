internal import CLinux
internal import Glibc

/// Wakes another thread from `poll`.
package final class WakeUp: Sendable {
    /// The descriptor for `poll`, which becomes readable.
    package let descriptor: CInt
    private let writing: CInt

    /// Returns nil if no descriptors are left.
    package init?() {
        var ends: [CInt] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { return nil }
        (descriptor, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        close(descriptor)
        close(writing)
    }

    package func callAsFunction() { _ = write(writing, "!", 1) }

    /// Discards earlier calls.
    package static func clear(_ descriptor: CInt) {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }
}
