internal import Glibc
internal import Waiting

/// Passes on one of a runner's standard streams in whole lines, and may keep the last lines.
///
/// Only the thread that watches the runner uses this object. The lock satisfies the compiler.
final class RunnerStream: Sendable {
    /// The end of the process's stream that is read.
    let descriptor: CInt
    /// How often one call of `pass` reads. A process that writes without end must not keep the thread from the others.
    private static let mostReads = 16

    private struct State {
        var lines: WholeLines
        var last: LastLines?
        /// Whether all has been read, because no process has the other end open.
        var isAtEnd = false
    }

    private let state: Locked<State>
    private let output: StreamOutput

    /// - Parameters:
    ///   - label: Stands before each line that is passed on; empty for none.
    ///   - keepsLastLines: Whether `lastLines` is needed.
    init(_ descriptor: CInt, to output: StreamOutput, label: String, keepsLastLines: Bool) {
        self.descriptor = descriptor
        self.output = output
        state = Locked(State(lines: WholeLines(label: label), last: keepsLastLines ? LastLines() : nil))
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    /// What to poll for more: below 0, which `poll` passes over, if there is no more, or no room for it.
    var polledDescriptor: CInt { output.isFull || state.withLock { $0.isAtEnd } ? -1 : descriptor }

    /// Passes on what the process has written.
    func pass() {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        for _ in 0..<Self.mostReads {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else {
                if count == 0 { state.withLock { $0.isAtEnd = true } }
                return
            }
            let lines = state.withLock { state in
                state.last?.add(buffer[..<count])
                return state.lines.add(buffer[..<count])
            }
            output.add(lines[...])
        }
    }

    /// The last lines, without a label, and without an end of line behind them.
    var lastLines: String { state.withLock { $0.last?.text ?? "" } }

    /// Passes on an incomplete line, and closes the descriptor.
    func finish() {
        output.add(state.withLock { $0.lines.finish() }[...])
        close(descriptor)
    }
}
