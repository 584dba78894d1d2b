/// The last lines of what a process has written to standard error, before a backtrace of the Swift runtime.
struct LastLines {
    private static let mostBytes = 2048
    private static let mostLines = 8

    /// The lines with which the Swift runtime begins a backtrace.
    private static let beginsOfBacktraces = [
        "\nCurrent stack trace:\n", "\n*** Program crashed: ", "\n💣 Program crashed: ",
    ]
    .map { Array($0.utf8) }

    private var tail: [UInt8] = []
    /// Whether a backtrace has begun, which would push out the reason before it.
    private var isInBacktrace = false

    /// Adds bytes of the stream.
    mutating func add(_ bytes: ArraySlice<UInt8>) {
        guard !isInBacktrace else { return }
        var text = tail + bytes
        if let start = Self.beginsOfBacktraces.compactMap({ text.firstRange(of: $0)?.lowerBound }).min() {
            isInBacktrace = true
            text.removeSubrange(start...)
        }
        tail = text.suffix(Self.mostBytes)
    }

    /// The lines, without an end of line behind them.
    var text: String {
        let text = String(decoding: tail, as: UTF8.self)
        return text.split(separator: "\n").suffix(Self.mostLines).joined(separator: "\n")
    }
}
