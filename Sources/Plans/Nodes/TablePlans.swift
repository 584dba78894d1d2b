/// The plan of a dictionary: the number of its entries, and their keys and values in turn.
final class DictionaryPlan<Key: Hashable, Value>: Plan, @unchecked Sendable {
    private let key: Plan
    private let value: Plan
    private let uncountedKey: Unmanaged<Plan>
    private let uncountedValue: Unmanaged<Plan>
    private let least: Int

    init(_ key: Plan, _ value: Plan) {
        (self.key, self.value) = (key, value)
        (uncountedKey, uncountedValue) = (key.uncounted, value.uncounted)
        least = key.leastBytes + value.leastBytes
        super.init([Key: Value].self)
    }

    override var leastBytes: Int { 1 }
    override var isJudged: Bool { key.isJudged || value.isJudged }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        let table = HashTable(.dictionary, at: place)
        writer.append(count: table.count)
        guard table.count > 0 else { return }
        writer.reserve(table.count * least)
        let (keys, values) = (table.keys, table.values)
        let (keyStride, valueStride) = (MemoryLayout<Key>.stride, MemoryLayout<Value>.stride)
        try uncountedKey._withUnsafeGuaranteedRef { key in
            try uncountedValue._withUnsafeGuaranteedRef { value in
                try table.forEachBucket { bucket in
                    try key.write(keys + bucket &* keyStride, to: &writer)
                    try value.write(values + bucket &* valueStride, to: &writer)
                }
            }
        }
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        let count = try reader.count(ofAtLeast: least)
        place.initializeMemory(as: [Key: Value].self, to: count == 0 ? [:] : [Key: Value](minimumCapacity: count))
        do { try fill(HashTable(.dictionary, at: place), count, &reader) } catch {
            destroy(place)
            throw error
        }
    }

    private func fill(_ table: HashTable, _ count: Int, _ reader: inout PlanReader) throws {
        if count == 0 { return }
        let values = table.values
        let valueStride = MemoryLayout<Value>.stride
        try uncountedValue._withUnsafeGuaranteedRef { value in
            try table.fill(Key.self, uncountedKey, count, &reader) {
                try value.read(to: values + $0 &* valueStride, from: &$1)
            }
        }
    }

    override func survey(_ place: UnsafeRawPointer, _ survey: inout Survey) {
        guard isJudged else { return }
        for (key, value) in place.assumingMemoryBound(to: [Key: Value].self).pointee.prefix(Survey.sampleSize) {
            guard survey.goesOn() else { return }
            withUnsafePointer(to: key) { self.key.survey($0, &survey) }
            withUnsafePointer(to: value) { self.value.survey($0, &survey) }
        }
    }
}

/// The plan of a set: the number of its elements, and the elements.
final class SetPlan<Element: Hashable>: Plan, @unchecked Sendable {
    private let element: Plan
    private let uncountedElement: Unmanaged<Plan>

    init(_ element: Plan) {
        self.element = element
        uncountedElement = element.uncounted
        super.init(Set<Element>.self)
    }

    override var leastBytes: Int { 1 }
    override var isJudged: Bool { element.isJudged }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        let table = HashTable(.set, at: place)
        writer.append(count: table.count)
        guard table.count > 0 else { return }
        let (elements, stride) = (table.keys, MemoryLayout<Element>.stride)
        try uncountedElement._withUnsafeGuaranteedRef { element in
            try table.forEachBucket { try element.write(elements + $0 &* stride, to: &writer) }
        }
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        let count = try reader.count(ofAtLeast: element.leastBytes)
        place.initializeMemory(as: Set<Element>.self, to: count == 0 ? [] : Set<Element>(minimumCapacity: count))
        if count == 0 { return }
        do {
            try HashTable(.set, at: place).fill(Element.self, uncountedElement, count, &reader) { _, _ in }
        } catch {
            destroy(place)
            throw error
        }
    }

    override func survey(_ place: UnsafeRawPointer, _ survey: inout Survey) {
        guard isJudged else { return }
        for element in place.assumingMemoryBound(to: Set<Element>.self).pointee.prefix(Survey.sampleSize) {
            guard survey.goesOn() else { return }
            withUnsafePointer(to: element) { self.element.survey($0, &survey) }
        }
    }
}

extension HashTable {
    /// Reads keys, and makes an entry for each one. After an error the table has the entries that are complete.
    ///
    /// - Parameter readValue: Reads the value for a key to its bucket.
    @inline(never)
    @_specialize(where Key == String)
    @_specialize(where Key == Int)
    fileprivate func fill<Key: Hashable>(
        _ type: Key.Type,
        _ plan: Unmanaged<Plan>,
        _ count: Int,
        _ reader: inout PlanReader,
        _ readValue: (Int, inout PlanReader) throws -> Void
    ) throws {
        precondition(count <= capacity)
        let (keys, seed) = (keys.assumingMemoryBound(to: Key.self), seed)
        // Keys are compared only if their hashes are the same. To look at a key in another bucket is to wait for memory.
        let comparesHashes = !_isPOD(Key.self)
        try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: comparesHashes ? bucketCount : 0) { hashes in
            for _ in 0..<count {
                let key = try plan.value(Key.self, &reader)
                let hash = key._rawHashValue(seed: seed)
                let upperHash = UInt32(truncatingIfNeeded: hash >> 32)
                let free = bucket(forHash: hash) {
                    (!comparesHashes || hashes[$0] == upperHash) && keys[$0] == key
                }
                guard let bucket = free else { throw reader.error("a key or an element occurs twice") }
                if comparesHashes { hashes[bucket] = upperHash }
                // Without a count of references, which would wait until the bucket has been fetched from memory.
                (keys + bucket).initialize(to: consume key)
                do { try readValue(bucket, &reader) } catch {
                    (keys + bucket).deinitialize(count: 1)
                    throw error
                }
                occupy(bucket)
            }
        }
    }
}

extension Unmanaged<Plan> {
    /// Reads a value.
    @inline(__always)
    fileprivate func value<Value>(_ type: Value.Type, _ reader: inout PlanReader) throws -> Value {
        try withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { buffer in
            let place = buffer.baseAddress.unsafelyUnwrapped
            try _withUnsafeGuaranteedRef { try $0.read(to: UnsafeMutableRawPointer(place), from: &reader) }
            return place.move()
        }
    }
}
