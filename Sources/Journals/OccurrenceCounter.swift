/// Counts equal calls.
///
/// Most calls are made once, so the counter keeps 8 bytes for each: a part of the call's hash. If two calls share that
/// part, they are counted together. Their keys still differ, since a key has the whole hash.
final class OccurrenceCounter {
    // One thread at a time uses the counter, under the journal's lock.
    @exclusivity(unchecked) private var slots: UnsafeMutablePointer<UInt64>
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private var count = 0
    /// How often calls were made that were made more than once.
    private var further: [UInt64: UInt32] = [:]

    init() {
        capacity = 1 << 10
        slots = Self.allocate(capacity)
    }

    deinit { slots.deallocate() }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt64> {
        let slots = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        return slots
    }

    /// Counts a call. Returns how many equal calls there were before.
    func next(_ hash: SipHash.Words) -> UInt32 {
        // 0 stands for an empty slot.
        let word = hash.high | 1
        guard !insert(word) else { return 0 }
        let before = further[word, default: 1]
        further[word] = before &+ 1
        return before
    }

    /// Adds a word. Returns false if it was there.
    private func insert(_ word: UInt64) -> Bool {
        var place = Int(truncatingIfNeeded: word &>> 1) & (capacity - 1)
        while slots[place] != 0 {
            if slots[place] == word { return false }
            place = (place + 1) & (capacity - 1)
        }
        slots[place] = word
        count += 1
        if 4 * count > 3 * capacity { grow() }
        return true
    }

    private func grow() {
        let old = (slots: slots, capacity: capacity)
        capacity *= 2
        slots = Self.allocate(capacity)
        for index in 0..<old.capacity where old.slots[index] != 0 {
            var place = Int(truncatingIfNeeded: old.slots[index] &>> 1) & (capacity - 1)
            while slots[place] != 0 { place = (place + 1) & (capacity - 1) }
            slots[place] = old.slots[index]
        }
        old.slots.deallocate()
    }
}
