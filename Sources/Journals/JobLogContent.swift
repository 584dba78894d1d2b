/// What an earlier run has written to a job log.
package struct JobLogContent: Sendable {
    /// What became of a call.
    package struct Entry: Hashable, Sendable {
        package let hasFailed: Bool
        /// The command, in the form of the log.
        package let command: [UInt8]
    }

    /// The last entry of each call, by its number.
    package private(set) var entries: [Int: Entry] = [:]
    /// The length of the complete lines. An incomplete line behind them was being written when its run was killed.
    package private(set) var soundLength = 0
    /// The number of the first line that is no row of a job log, counted from 1; nil if there is none.
    package private(set) var strangeLine: Int?

    /// - Parameter bytes: The whole file.
    package init(_ bytes: [UInt8]) {
        guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            // A header that was being written is no line of somebody else's file.
            if !JobLogRow.header.utf8.starts(with: bytes) { strangeLine = 1 }
            return
        }
        soundLength = last + 1
        let lines = bytes[..<last].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            // A log to which several runs were added with other tools may have the header in its middle.
            if line.starts(with: "Seq\tHost\t".utf8) { continue }
            guard let row = JobLogRow(parsing: line) else {
                strangeLine = strangeLine ?? index + 1
                continue
            }
            entries[row.sequence] = Entry(hasFailed: row.hasFailed, command: row.command)
        }
    }

    /// Whether a call needs not be made again.
    package enum Verdict: Hashable, Sendable {
        case make, skip
        /// The log has another command under this number.
        case differs
    }

    /// - Parameters:
    ///   - command: The call's command.
    ///   - repeatsFailures: Whether a call that has failed is made again.
    package func verdict(on sequence: Int, _ command: [UInt8], repeatsFailures: Bool) -> Verdict {
        guard let entry = entries[sequence] else { return .make }
        guard entry.command == JobLogRow.field(command) else { return .differs }
        return entry.hasFailed && repeatsFailures ? .make : .skip
    }
}
