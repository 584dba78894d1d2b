internal import Journals
internal import MPIFutures
internal import Scheduling

/// Records calls as they end: in the job log, in the directory of results, and in the counts by which a run halts.
///
/// Only the thread that takes results uses it.
final class CallRecorder: @unchecked Sendable {
    private let request: OutputRequest
    private let log: JobLogFile?
    private let results: ResultDirectory?
    /// How many calls there are; nil if that is not known.
    private let total: Int?
    private var rows: [UInt8] = []
    private var failed = 0
    private var succeeded = 0
    /// Whether the rule for halting has been reached.
    private(set) var hasHalted = false

    init(_ request: OutputRequest, log: JobLogFile?, total: Int?) throws(SpecFailure) {
        self.request = request
        self.log = log
        self.total = total
        results = try request.results.map { path throws(SpecFailure) in try ResultDirectory(path) }
    }

    /// Records a call.
    ///
    /// - Parameter sequence: The number of the call, counted from 1.
    /// - Returns: Whether the run halts because of it.
    func add(_ end: CallEnd, _ text: CallText?, sequence: Int, isLogged: Bool) throws -> Bool {
        if let text {
            if isLogged, log != nil { rows += Self.row(end, text, sequence).line }
            try results?.write(end, sequence: sequence, command: text.command)
        }
        if end.failure == nil { succeeded += 1 } else { failed += 1 }
        guard let rule = request.halt, !hasHalted else { return false }
        hasHalted = rule.isReached(failed: failed, succeeded: succeeded, total: total)
        return hasHalted
    }

    /// Writes the rows of the calls that have been added.
    func flush() throws(JobLogError) {
        guard let log, !rows.isEmpty else { return }
        defer { rows.removeAll(keepingCapacity: true) }
        try log.write(rows)
    }

    /// Whether a run that has halted counts as a success, whatever has failed.
    var countsAsSuccess: Bool { hasHalted && request.halt?.subject == .succeeded }

    private static func row(_ end: CallEnd, _ text: CallText, _ sequence: Int) -> JobLogRow {
        JobLogRow(
            sequence: sequence,
            host: end.host,
            start: end.start,
            seconds: end.seconds,
            sent: text.inputSize,
            received: end.output.count,
            exitValue: end.exitValue,
            signal: end.signal,
            command: text.command
        )
    }
}
