/// The places of a journal's calls: a hash table with open addressing, of 8 bytes an entry. It does not change.
///
/// An entry has the offset of a record and a part of its key's hash. The record itself has the whole key.
package final class JournalIndex: @unchecked Sendable {
    // The conformance is unchecked because of the pointer. The table is written before any other thread sees it.

    private static let offsetBits: UInt64 = 40
    private static let offsetMask: UInt64 = 1 << offsetBits - 1
    /// The largest file, in bytes, of which an index can have all offsets: a tebibyte.
    package static let largestFile = Int(offsetMask)

    /// One call of a journal.
    package struct Entry {
        let hash: UInt64
        let offset: Int

        package init(_ key: CallKey, offset: Int) {
            hash = JournalIndex.hash(key)
            self.offset = offset
        }
    }

    private let slots: UnsafeMutablePointer<UInt64>
    private let capacity: Int
    package private(set) var count = 0

    /// - Parameters:
    ///   - entries: The calls in the order of their records. The last one of several records of one key is kept.
    ///   - haveSameKey: Returns whether the records at two offsets have the same key.
    package init(_ entries: [Entry] = [], haveSameKey: (Int, Int) -> Bool = { _, _ in false }) {
        var capacity = 16
        while 3 * capacity < 5 * entries.count { capacity *= 2 }
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        for entry in entries { insert(entry, haveSameKey) }
    }

    deinit { slots.deallocate() }

    private func insert(_ entry: Entry, _ haveSameKey: (Int, Int) -> Bool) {
        let tag = entry.hash & ~Self.offsetMask
        var place = Int(truncatingIfNeeded: entry.hash & Self.offsetMask) & (capacity - 1)
        while slots[place] != 0 {
            if slots[place] & ~Self.offsetMask == tag,
                haveSameKey(Int(slots[place] & Self.offsetMask), entry.offset)
            {
                slots[place] = tag | UInt64(entry.offset)
                return
            }
            place = (place + 1) & (capacity - 1)
        }
        slots[place] = tag | UInt64(entry.offset)
        count += 1
    }

    /// Returns the offset of a key's record; nil if there is none.
    ///
    /// - Parameter hasKey: Returns whether the record at an offset has the key.
    @inline(__always)
    package func offset(of key: CallKey, hasKey: (_ offset: Int) -> Bool) -> Int? {
        if count == 0 { return nil }
        let hash = Self.hash(key)
        let tag = hash & ~Self.offsetMask
        var place = Int(truncatingIfNeeded: hash & Self.offsetMask) & (capacity - 1)
        while slots[place] != 0 {
            if slots[place] & ~Self.offsetMask == tag {
                let offset = Int(slots[place] & Self.offsetMask)
                if hasKey(offset) { return offset }
            }
            place = (place + 1) & (capacity - 1)
        }
        return nil
    }

    /// Calls `body` with the offset of each record.
    package func forEach(_ body: (_ offset: Int) throws -> Void) rethrows {
        for place in 0..<capacity where slots[place] != 0 { try body(Int(slots[place] & Self.offsetMask)) }
    }

    /// Mixes a key's hash with the occurrence, so that equal calls have different places.
    private static func hash(_ key: CallKey) -> UInt64 {
        var hash = key.hash.low ^ (UInt64(key.occurrence) &* 0x9e37_79b9_7f4a_7c15)
        hash ^= hash &>> 29
        hash = hash &* 0xbf58_476d_1ce4_e5b9
        return hash ^ (hash &>> 32)
    }
}
