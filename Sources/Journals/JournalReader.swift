/// Reads the records of a journal in order. Damaged bytes are skipped, and counted.
package struct JournalReader {
    /// The header's key.
    package let key: SipHash.Words
    private let bytes: UnsafeRawBufferPointer
    private let hash: SipHash
    /// The offset of the record that `next` returned last.
    package private(set) var start = JournalHeader.size
    /// The offset behind the last sound record.
    package private(set) var end = JournalHeader.size
    /// Ranges of damaged bytes between sound records.
    package private(set) var damage: [Range<Int>] = []

    /// - Parameter bytes: A whole journal.
    /// - Throws: `JournalHeader.Fault`
    package init(_ bytes: UnsafeRawBufferPointer) throws(JournalHeader.Fault) {
        self.bytes = bytes
        key = try JournalHeader(parsing: bytes).key
        hash = SipHash(key: key, isLong: false)
    }

    /// The number of bytes behind the last sound record. Call it after `next` has returned nil.
    package var tail: Int { bytes.count - end }

    /// Returns the next record; nil at the end.
    package mutating func next() -> JournalRecord? {
        while true {
            var offset = end
            var found = JournalRecord.read(bytes, at: offset, hash)
            if found == nil {
                // The search goes on byte by byte: only a mark with a right checksum is a record.
                guard let place = firstRecord(after: offset) else { return nil }
                damage.append(offset..<place)
                offset = place
                found = JournalRecord.read(bytes, at: offset, hash)
            }
            guard let (record, end) = found else { return nil }
            self.end = end
            start = offset
            // A sound record of a kind that is not known is skipped.
            if let record { return record }
        }
    }

    private func firstRecord(after offset: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let (first, second) = (UInt8(JournalRecord.mark & 0xff), UInt8(JournalRecord.mark >> 8))
        var place = offset + 1
        while place + JournalRecord.headSize <= bytes.count {
            if (base + place).load(as: UInt8.self) == first, (base + place + 1).load(as: UInt8.self) == second,
                JournalRecord.read(bytes, at: place, hash) != nil
            {
                return place
            }
            place += 1
        }
        return nil
    }
}
