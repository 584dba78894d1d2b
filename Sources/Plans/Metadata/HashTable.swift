/// The memory of a dictionary or a set: buckets, of which a bit for each one tells whether it is occupied.
///
/// The standard library has no way to look at a key without a copy, which counts references, or to make an entry in its
/// place. In a table of strings that costs several times the rest of the work: each count waits for memory.
struct HashTable {
    /// The kinds of storage, which differ in the number of their arrays.
    enum Kind { case dictionary, set }

    private let storage: UnsafeMutableRawPointer
    private let kind: Kind

    /// - Parameter place: A dictionary or a set, which is a reference to its storage.
    @inline(__always)
    init(_ kind: Kind, at place: UnsafeRawPointer) {
        self.kind = kind
        storage = place.load(as: UnsafeMutableRawPointer.self)
    }

    // Behind the head of an object: the number of entries, how many there may be, the logarithm of the number of buckets,
    // and the seed of the hash function. Then come the addresses of one or two arrays of buckets, and the bits.
    var count: Int { storage.load(fromByteOffset: 16, as: Int.self) }
    var capacity: Int { storage.load(fromByteOffset: 24, as: Int.self) }
    var seed: Int { storage.load(fromByteOffset: 40, as: Int.self) }
    private var scale: Int8 { storage.load(fromByteOffset: 32, as: Int8.self) }

    /// The keys of a dictionary, or the elements of a set.
    var keys: UnsafeMutableRawPointer { storage.load(fromByteOffset: 48, as: UnsafeMutableRawPointer.self) }
    /// The values of a dictionary.
    var values: UnsafeMutableRawPointer { storage.load(fromByteOffset: 56, as: UnsafeMutableRawPointer.self) }

    var bucketCount: Int { 1 &<< Int(scale) }
    private var words: UnsafeMutablePointer<UInt> {
        (storage + (kind == .dictionary ? 64 : 56)).assumingMemoryBound(to: UInt.self)
    }

    /// Calls `body` with the number of each occupied bucket.
    @inline(__always)
    func forEachBucket(_ body: (Int) throws -> Void) rethrows {
        if count == 0 { return }
        let (words, bucketCount) = (words, bucketCount)
        // The bits of a small table fill a part of a word. The others are set.
        let mask = bucketCount < UInt.bitWidth ? (1 &<< UInt(bucketCount)) &- 1 : UInt.max
        for index in 0..<(bucketCount &+ UInt.bitWidth &- 1) / UInt.bitWidth {
            var word = words[index] & mask
            while word != 0 {
                try body(index &* UInt.bitWidth &+ word.trailingZeroBitCount)
                word &= word &- 1
            }
        }
    }

    /// Returns the bucket for a new key. Returns nil if the key is there already.
    ///
    /// - Parameter isKey: Returns whether the key in a bucket is the new one.
    @inline(__always)
    func bucket(forHash hash: Int, unless isKey: (Int) -> Bool) -> Int? {
        let (words, mask) = (words, bucketCount &- 1)
        var bucket = hash & mask
        while words[bucket / UInt.bitWidth] & (1 &<< UInt(bucket % UInt.bitWidth)) != 0 {
            if isKey(bucket) { return nil }
            bucket = (bucket &+ 1) & mask
        }
        return bucket
    }

    /// Counts the entry that has been made in a bucket.
    @inline(__always)
    func occupy(_ bucket: Int) {
        words[bucket / UInt.bitWidth] |= 1 &<< UInt(bucket % UInt.bitWidth)
        storage.storeBytes(of: count &+ 1, toByteOffset: 16, as: Int.self)
    }

    /// Returns whether the storage is as this type expects it. Nothing is read that an address in it refers to.
    func isSound<Key>(count: Int, _ type: Key.Type) -> Bool {
        guard self.count == count, capacity >= count, (0..<32).contains(scale), bucketCount > capacity else {
            return false
        }
        // The arrays follow the bits.
        let wordCount = (bucketCount + UInt.bitWidth - 1) / UInt.bitWidth
        let alignment = MemoryLayout<Key>.alignment
        let end = UInt(bitPattern: words + wordCount)
        return UInt(bitPattern: keys) == (end + UInt(alignment) - 1) / UInt(alignment) * UInt(alignment)
            && (kind == .set || values == keys + bucketCount * MemoryLayout<Key>.stride)
    }
}
