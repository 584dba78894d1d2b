/// A hash table of the entries of one map, by the bytes of their keys.
struct KeySlots: ~Copyable {
    private let slots: UnsafeMutableBufferPointer<Int>
    private let mask: Int

    /// Nobody can choose keys that collide without knowing it.
    private static let seed = UInt64.random(in: 0 ... .max)

    init(capacity: Int) {
        var count = 64
        while count < 2 * capacity { count *= 2 }
        slots = .allocate(capacity: count)
        slots.initialize(repeating: -1)
        mask = count - 1
    }

    deinit { slots.deallocate() }

    /// Adds an entry. Returns false, and adds nothing, if there is one for which `isEqual` holds.
    func insert(_ entry: Int, _ key: UnsafeRawBufferPointer, isEqual: (Int) -> Bool) -> Bool {
        var slot = Int(truncatingIfNeeded: Self.hash(key)) & mask
        while slots[slot] >= 0 {
            if isEqual(slots[slot]) { return false }
            slot = (slot + 1) & mask
        }
        slots[slot] = entry
        return true
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = seed ^ UInt64(bytes.count)
        var offset = 0
        while bytes.count - offset >= 8 {
            hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(hash ^ rest)
    }

    /// Makes all bits depend on all others: both halves of a product.
    private static func mix(_ bits: UInt64) -> UInt64 {
        let (high, low) = (bits ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return high ^ low
    }
}
