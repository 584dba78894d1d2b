internal import Glibc
internal import Waiting

/// Passes on a runner's standard error in whole lines, and keeps the last lines.
///
/// Only the thread that watches the runner uses this object. The lock satisfies the compiler.
final class RunnerErrors: Sendable {
    /// The end of the process's standard error that is read.
    let descriptor: CInt
    private static let lineLimit = 1 << 14
    private static let tailLimit = 2048
    private static let mostLines = 8
    /// How often one call of `pass` reads. A process that writes without end must not keep the thread from the others.
    private static let mostReads = 16

    private struct State {
        var line: [UInt8] = []
        var tail: [UInt8] = []
        /// Whether all has been read, because no process has the other end open.
        var isAtEnd = false
        /// Whether a backtrace has begun, which would push out the reason before it.
        var isInBacktrace = false

        mutating func keep(_ bytes: ArraySlice<UInt8>) {
            guard !isInBacktrace else { return }
            var text = tail + bytes
            if let start = RunnerErrors.beginsOfBacktraces.compactMap({ text.firstRange(of: $0)?.lowerBound }).min() {
                isInBacktrace = true
                text.removeSubrange(start...)
            }
            tail = text.suffix(RunnerErrors.tailLimit)
        }
    }

    /// The lines with which the Swift runtime begins a backtrace.
    private static let beginsOfBacktraces = [
        "\nCurrent stack trace:\n", "\n*** Program crashed: ", "\n💣 Program crashed: ",
    ]
    .map { Array($0.utf8) }

    private let state = Locked(State())
    private let output: ErrorOutput

    init(_ descriptor: CInt, to output: ErrorOutput) {
        self.descriptor = descriptor
        self.output = output
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
            state.withLock { state in
                state.keep(buffer[..<count])
                state.line += buffer[..<count]
                guard let end = Self.end(of: state.line) else { return }
                output.add(state.line[..<end])
                state.line.removeSubrange(..<end)
            }
        }
    }

    /// Returns the end of the bytes that can be passed on; nil if there is no complete line.
    private static func end(of line: [UInt8]) -> Int? {
        if let end = line.lastIndex(of: UInt8(ascii: "\n")) { return end + 1 }
        return line.count > lineLimit ? line.count : nil
    }

    /// The last lines, without an end of line behind them.
    var lastLines: String {
        let text = String(decoding: state.withLock { $0.tail }, as: UTF8.self)
        return text.split(separator: "\n").suffix(Self.mostLines).joined(separator: "\n")
    }

    /// Passes on an incomplete line, and closes the descriptor.
    func finish() {
        state.withLock { state in
            if !state.line.isEmpty { output.add((state.line + [UInt8(ascii: "\n")])[...]) }
            state.line = []
        }
        close(descriptor)
    }
}
