// Looking up the keys of a map.

extension DecodingState {
    /// Prepares to walk the item of a frame, which must be an array or a map.
    func open(_ id: DecodingFrameID, as kind: DecodingFrame.Kind) throws {
        try check(id)
        let index = id.index
        if frames[index].kind == kind { return }
        do throws(CBORError) {
            let head = try reader.untaggedHead(at: frames[index].start)
            guard head.major == (kind == .map ? .map : .array) else {
                throw reader.mismatch(at: frames[index].start)
            }
            frames[index].count = try reader.count(of: head)
            frames[index].cursor = head.next
            frames[index].kind = kind
        } catch {
            let type: Any.Type = kind == .map ? [String: Any].self : [Any].self
            throw translate(error, type, expected: kind == .map ? "a map" : "an array", parent: index)
        }
    }

    /// Returns the entry with a key, or `nil` if the map has none.
    ///
    /// Keys are usually asked for in the order in which they were written. So the search begins behind the entry that
    /// was found last, and walks no more of the map than it needs.
    func entry(_ index: Int, _ key: some CodingKey) throws -> Int? {
        let name = key.stringValue
        let recent = frames[index].recentEntry
        if recent >= 0 {
            if try matches(recent, name, key) { return recent }
            let next = entries[recent].next
            if next >= 0, try matches(next, name, key) { return found(next, in: index) }
        }
        if recent == frames[index].lastEntry {
            guard try findEntry(index) else { return try search(index, name, key) }
            let last = frames[index].lastEntry
            if try matches(last, name, key) { return found(last, in: index) }
        }
        return try search(index, name, key)
    }

    private func found(_ entry: Int, in index: Int) -> Int {
        frames[index].recentEntry = entry
        entries[entry].isKnown = true
        return entry
    }

    private func search(_ index: Int, _ name: String, _ key: some CodingKey) throws -> Int? {
        var entry = frames[index].firstEntry
        while entry >= 0 {
            if try matches(entry, name, key) { return found(entry, in: index) }
            entry = entries[entry].next
        }
        while try findEntry(index) {
            let last = frames[index].lastEntry
            if try matches(last, name, key) { return found(last, in: index) }
        }
        return nil
    }

    @inline(__always)
    private func matches(_ index: Int, _ name: String, _ key: some CodingKey) throws -> Bool {
        let entry = entries[index]
        guard entry.keyLength >= 0 else { return try isMatch(uncommon: entry, name, key.intValue) }
        guard entry.keyLength == name.utf8.count else { return false }
        var name = name
        return name.withUTF8 { reader.isEqual($0, at: entry.key) }
    }

    @inline(never)
    private func isMatch(uncommon entry: MapEntry, _ name: String, _ integer: Int?) throws -> Bool {
        var offset = entry.key
        switch try reader.untaggedHead(at: offset).major {
        case .unsigned, .negative: return integer != nil && integer == (try? Int.read(from: reader, at: &offset))
        case .text: return try reader.text(at: &offset).utf8.elementsEqual(name.utf8)
        default: return false
        }
    }

    /// Walks to the value of the next entry of a map and remembers where it is.
    ///
    /// - Returns: `false` if there is no further entry.
    func findEntry(_ index: Int) throws -> Bool {
        var offset = frames[index].cursor
        if frames[index].isBeforeValue {
            offset = try endOfValueAtCursor(index)
            frames[index].cursor = offset
            frames[index].openChild = -1
            frames[index].isBeforeValue = false
        }
        if let count = frames[index].count {
            guard frames[index].passed < count else { return false }
        } else if try isBreak(at: offset, frame: index) {
            return false
        }
        let entry = try readKey(at: &offset, frame: index)
        if frames[index].lastEntry >= 0 {
            entries[frames[index].lastEntry].next = entries.count
        } else {
            frames[index].firstEntry = entries.count
        }
        frames[index].lastEntry = entries.count
        entries.append(entry)
        frames[index].passed &+= 1
        frames[index].cursor = offset
        frames[index].isBeforeValue = true
        return true
    }

    private func readKey(at offset: inout Int, frame: Int) throws -> MapEntry {
        do {
            let head = try reader.head(at: offset)
            if head.major == .text && !head.isIndefinite {
                let length = try reader.length(of: head)
                offset = head.next + length
                return MapEntry(key: head.next, keyLength: length, value: offset)
            }
        } catch {
            throw located(error, parent: frame)
        }
        let start = offset
        try skip(at: &offset, frame: frame)
        return MapEntry(key: start, keyLength: -1, value: offset)
    }

    /// Takes note that the value of an entry ends at `end`, or that it has been opened as a frame of its own.
    @inline(__always)
    func noteValue(_ entry: Int, of index: Int, end: Int) {
        guard frames[index].isBeforeValue, entry == frames[index].lastEntry else { return }
        frames[index].cursor = end
        frames[index].openChild = -1
        frames[index].isBeforeValue = false
    }

    func noteValue(_ entry: Int, of index: Int, child: Int) {
        guard frames[index].isBeforeValue, entry == frames[index].lastEntry else { return }
        frames[index].openChild = child
    }
}
