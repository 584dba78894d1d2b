internal import Linux
internal import Wire

/// Writes batches of records to a journal.
struct JournalSink: BatchSink {
    /// The most bytes that wait to be written. Whoever adds more has to wait.
    static let limit = 64 << 20

    let file: JournalFile
    /// The offset at which the next record is written.
    var position: Int
    let key: SipHash.Words
    let synchronizes: Bool
    /// Where results of more than `filesAbove` bytes go; nil if all are in the journal.
    let files: ResultFiles?
    let filesAbove: Int
    /// Receives the message of an error that ends the recording.
    let report: @Sendable (String) -> Void

    mutating func write(_ batch: FrameBuffer) -> Bool {
        do throws(JournalError) {
            var batch = batch
            if let files {
                // A file is there before the record that names it.
                batch = try JournalRecord.movingResults(of: batch, above: filesAbove) { content throws(JournalError) in
                    try files.write(content, synchronizes: synchronizes)
                }
            }
            JournalRecord.seal(batch, key: key)
            try file.write(batch.bytes, at: position)
            if synchronizes { try file.synchronize() }
            position += batch.count
            return true
        } catch {
            try? file.truncate(to: position)
            report("\(error); no further results are recorded")
            return false
        }
    }

    func end() { file.unlock() }
}
