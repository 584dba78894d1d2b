internal import Glibc
internal import Linux
internal import Wire
internal import Worker

/// Sends the lines of a command to the master while the command runs.
struct CommandLines {
    /// Tells workers how lines are sent. The launcher sets it for its own workers.
    static let variable = "MPIFUTURES_LINE_BUFFER"
    /// The values of the variable.
    enum Mode: String { case plain = "on", tagged = "tag" }

    /// Returns how the lines of commands are sent; nil if they are not.
    static let mode = Environment.nonEmpty(variable).flatMap(Mode.init(rawValue:))

    private static let newline = UInt8(ascii: "\n")

    /// Stands before each line; nil for nothing.
    private let tag: [UInt8]?
    private let connection: TaskOutput
    /// The number of bytes of each stream that have been sent.
    private var sent: [StandardStream: Int] = [:]
    /// The number of bytes of each stream in which no end of line is left to be found.
    private var searched: [StandardStream: Int] = [:]

    /// Returns nil if the lines of commands are not sent, or cannot be.
    ///
    /// - Parameter tag: Returns the text before each line, if lines have one.
    init?(tag: () -> [UInt8]) {
        guard let mode = Self.mode, let connection = TaskScope.current?.output, connection.isConnected else {
            return nil
        }
        self.connection = connection
        self.tag = mode == .tagged ? tag() : nil
    }

    /// Sends the lines of a stream that are complete and have not been sent.
    ///
    /// - Parameters:
    ///   - all: All that the command has written to the stream.
    ///   - isAtEnd: Whether the command has ended. Then the rest is a line, too.
    mutating func send(_ all: [UInt8], _ stream: StandardStream, isAtEnd: Bool = false) {
        let start = sent[stream] ?? 0
        let new = searched[stream] ?? 0
        // The output of a command that has written too much is dropped.
        guard all.count >= new else { return }
        let end = isAtEnd ? all.count : all[new...].lastIndex(of: Self.newline).map { $0 + 1 } ?? start
        searched[stream] = all.count
        guard end > start else { return }
        sent[stream] = end
        var lines = Array(all[start..<end])
        if lines.last != Self.newline { lines.append(Self.newline) }
        if let tag { lines = TaggedLines.make(lines, tag: tag) }
        lines.withUnsafeBytes { connection.send($0, stream) }
    }
}
