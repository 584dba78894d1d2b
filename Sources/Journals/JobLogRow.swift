/// What a job log has of one call: one line with the columns of GNU parallel's `--joblog`.
package struct JobLogRow: Hashable, Sendable {
    /// The first line of a job log.
    package static let header = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"

    /// The number of the call, counted from 1.
    package var sequence: Int
    package var host: String
    /// When the call began, in seconds since 1970.
    package var start: Double
    /// How long the call ran, in seconds.
    package var seconds: Double
    /// The size of the call's standard input, in bytes.
    package var sent: Int
    /// The size of the call's output, in bytes.
    package var received: Int
    package var exitValue: Int
    package var signal: Int
    /// The command, which need not be UTF-8.
    package var command: [UInt8]

    package init(
        sequence: Int,
        host: String,
        start: Double,
        seconds: Double,
        sent: Int,
        received: Int,
        exitValue: Int,
        signal: Int,
        command: [UInt8]
    ) {
        self.sequence = sequence
        self.host = host
        self.start = start
        self.seconds = seconds
        self.sent = sent
        self.received = received
        self.exitValue = exitValue
        self.signal = signal
        self.command = command
    }

    package var hasFailed: Bool { exitValue != 0 || signal != 0 }

    /// The line of the row. As in GNU parallel, newlines of the command become zero bytes.
    package var line: [UInt8] {
        let host = host.isEmpty ? "-" : host
        let times = "\(Self.decimal(start))\t\(Self.padded(Self.decimal(seconds)))"
        let head = "\(sequence)\t\(host)\t\(times)\t\(sent)\t\(received)\t\(exitValue)\t\(signal)\t"
        return Array(head.utf8) + Self.field(command) + [UInt8(ascii: "\n")]
    }

    /// The form that a command has in the log.
    package static func field(_ command: [UInt8]) -> [UInt8] { command.map { $0 == UInt8(ascii: "\n") ? 0 : $0 } }

    /// Reads a line without its newline. Returns nil if it is no row.
    package init?(parsing line: some Collection<UInt8>) {
        let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 8, omittingEmptySubsequences: false)
        guard fields.count == 9 else { return nil }
        let texts = fields.map { field in
            String(decoding: field.drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
        }
        guard let sequence = Int(texts[0]), sequence > 0, let start = Double(texts[2]), let seconds = Double(texts[3]),
            let sent = Int(texts[4]), let received = Int(texts[5]), let exitValue = Int(texts[6]),
            let signal = Int(texts[7])
        else { return nil }
        self.init(
            sequence: sequence,
            host: texts[1],
            start: start,
            seconds: seconds,
            sent: sent,
            received: received,
            exitValue: exitValue,
            signal: signal,
            command: Array(fields[8])
        )
    }

    /// Returns a number with three decimals.
    private static func decimal(_ seconds: Double) -> String {
        let milliseconds = Int((min(max(seconds, 0), 1e12) * 1000).rounded())
        let rest = "\(milliseconds % 1000)"
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }

    /// Returns a text that is ten characters wide at least.
    private static func padded(_ text: String) -> String {
        String(repeating: " ", count: max(0, 10 - text.count)) + text
    }
}
