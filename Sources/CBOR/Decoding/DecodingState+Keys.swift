// These functions read all keys of a map.

/// A key of a map, as far as `Codable` can name it.
enum MapKey: Hashable {
    case text(String)
    case integer(Int)
    /// A key that no `CodingKey` can represent, in its deterministic encoding.
    case other([UInt8])

    var name: String {
        switch self {
        case .text(let text): text
        case .integer(let integer): "\(integer)"
        case .other(let encoding): (try? CBORValue(parsing: encoding))?.diagnostic ?? "?"
        }
    }

    // Text is compared byte by byte, unlike `String`.
    static func == (left: MapKey, right: MapKey) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.integer(let left), .integer(let right)): left == right
        case (.other(let left), .other(let right)): left == right
        default: false
        }
    }
}

extension DecodingState {
    /// Returns the keys of a map that are keys of a type.
    func allKeys<Key: CodingKey>(_ type: Key.Type, of index: Int) throws -> [Key] {
        while try findEntry(index) {}
        var keys: [Key] = []
        keys.reserveCapacity(frames[index].passed)
        var entry = frames[index].firstEntry
        while entry >= 0 {
            switch try key(entries[entry]) {
            case .text(let text):
                if let key = Key(stringValue: text) { keys.append(key) }
            case .integer(let integer):
                if let key = Key(intValue: integer) ?? Key(stringValue: String(integer)) { keys.append(key) }
            case .other:
                break
            }
            entry = entries[entry].next
        }
        return keys
    }

    func key(_ entry: MapEntry) throws(CBORError) -> MapKey {
        guard entry.keyLength >= 0 else { return try uncommonKey(entry) }
        return .text(try reader.text(in: entry.key..<entry.key + entry.keyLength))
    }

    func uncommonKey(_ entry: MapEntry) throws(CBORError) -> MapKey {
        var offset = entry.key
        let head = try reader.untaggedHead(at: offset)
        if head.major == .text { return .text(try reader.text(at: &offset)) }
        if head.major == .unsigned || head.major == .negative, let integer = try? Int.read(from: reader, at: &offset) {
            return .integer(integer)
        }
        let item = UnsafeRawBufferPointer(rebasing: reader.bytes[entry.key..<entry.value])
        return .other(try CBORValue(parsing: item, depthLimit: depthLimit).serialised())
    }

    /// Checks that a map has no key twice, and that keys that nobody has asked for are UTF-8.
    func checkKeys(_ index: Int) throws(CBORError) {
        guard frames[index].passed <= 16 else { return try checkManyKeys(index) }
        var entry = frames[index].firstEntry
        while entry >= 0 {
            let this = entries[entry]
            guard this.keyLength >= 0 else { return try checkManyKeys(index) }
            if !this.isKnown { try reader.validateText(in: this.key..<this.key + this.keyLength) }
            var other = frames[index].firstEntry
            while other != entry {
                let earlier = entries[other]
                if earlier.keyLength == this.keyLength && reader.isEqual(earlier.key, this.key, count: this.keyLength) {
                    throw duplicate(this)
                }
                other = earlier.next
            }
            entry = this.next
        }
    }

    private func checkManyKeys(_ index: Int) throws(CBORError) {
        // A dictionary hashes its keys anyhow. Here their bytes are enough, which takes a fraction of that time.
        let slots = KeySlots(capacity: frames[index].passed)
        var entry = frames[index].firstEntry
        while entry >= 0 {
            let this = entries[entry]
            guard this.keyLength >= 0 else { return try checkUncommonKeys(index) }
            if !this.isKnown { try reader.validateText(in: this.key..<this.key + this.keyLength) }
            let bytes = UnsafeRawBufferPointer(rebasing: reader.bytes[this.key..<this.key + this.keyLength])
            let isNew = slots.insert(entry, bytes) { other in
                let earlier = entries[other]
                return earlier.keyLength == this.keyLength
                    && reader.isEqual(earlier.key, this.key, count: this.keyLength)
            }
            if !isNew { throw duplicate(this) }
            entry = this.next
        }
    }

    /// Checks keys of which some are not plain text.
    private func checkUncommonKeys(_ index: Int) throws(CBORError) {
        var seen: Set<MapKey> = []
        seen.reserveCapacity(frames[index].passed)
        var entry = frames[index].firstEntry
        while entry >= 0 {
            guard seen.insert(try key(entries[entry])).inserted else { throw duplicate(entries[entry]) }
            entry = entries[entry].next
        }
    }

    @inline(never)
    private func duplicate(_ entry: MapEntry) -> CBORError {
        let name = (try? key(entry))?.name ?? "?"
        return CBORError(.duplicateKey, "the key \(name) is in a map twice", at: entry.key)
    }
}
