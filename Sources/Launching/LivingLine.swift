internal import Glibc
internal import Linux
internal import Synchronization
internal import Waiting

/// The last line of a terminal, which is written anew while other output goes on above it.
package final class LivingLine: Sendable {
    package static let shared = LivingLine()

    private static let newline = UInt8(ascii: "\n")
    private static let erase = "\r\u{1B}[K"

    private struct State {
        /// The text of the line; empty if there is none.
        var text = ""
        /// Whether other output has begun a line and not ended it. This line waits for its end.
        var isInterrupted = false
    }

    /// Whether there will be a line. Until then output takes no lock.
    private let isUsed = Atomic(false)
    private let state = Locked(State())

    private init() {}

    /// Declares that there will be a line.
    package func begin() { isUsed.store(true, ordering: .relaxed) }

    /// Shows a text in place of the one before. With an empty text the line is gone.
    package func show(_ new: String) {
        state.withLock { state in
            guard state.text != new else { return }
            state.text = new
            if !state.isInterrupted { Self.write(Self.erase + new) }
        }
    }

    /// Writes bytes to a stream, above the line if the stream is a terminal. Returns false if they cannot be written.
    package func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Bool {
        around(bytes, to: descriptor) { FileDescriptor.writeAll(bytes, to: descriptor) }
    }

    /// Runs `body`, which writes bytes to a stream, above the line if the stream is a terminal.
    package func around<Result>(
        _ bytes: UnsafeRawBufferPointer,
        to descriptor: CInt,
        _ body: () -> Result
    ) -> Result {
        // A pipe that nobody reads must not keep those who write to the terminal.
        guard isUsed.load(ordering: .relaxed), let last = bytes.last, isatty(descriptor) == 1 else { return body() }
        return state.withLock { state in
            if !state.isInterrupted, !state.text.isEmpty { Self.write(Self.erase) }
            let result = body()
            state.isInterrupted = last != Self.newline
            if !state.isInterrupted, !state.text.isEmpty { Self.write(state.text) }
            return result
        }
    }

    private static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
