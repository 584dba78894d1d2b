/// What a journal has: the places of its calls, and its callables.
struct JournalContent {
    var index = JournalIndex()
    var callables: [RecordedCallable] = []
    /// The number of calls of each callable, by the callable's number.
    var callCounts: [UInt32: Int] = [:]
    /// The least number that no callable has.
    var nextNumber: UInt32 = 0
    /// The offset behind the last sound record.
    var end = JournalHeader.size
    var damage: [Range<Int>] = []
    /// The number of bytes behind the last sound record.
    var tail = 0

    init() {}

    /// Reads all records.
    init(_ reader: consuming JournalReader, _ bytes: UnsafeRawBufferPointer) {
        var entries: [JournalIndex.Entry] = []
        while let record = reader.next() {
            switch record {
            case .callable(let callable):
                callables.append(callable)
                nextNumber = max(nextNumber, callable.number &+ 1)
            case .call(let call):
                entries.append(JournalIndex.Entry(call.key, offset: reader.start))
                callCounts[call.callable, default: 0] += 1
                nextNumber = max(nextNumber, call.callable &+ 1)
            }
        }
        index = JournalIndex(entries) { JournalRecord.key(in: bytes, at: $0) == JournalRecord.key(in: bytes, at: $1) }
        end = reader.end
        damage = reader.damage
        tail = reader.tail
    }
}
