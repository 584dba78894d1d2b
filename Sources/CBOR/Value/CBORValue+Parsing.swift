extension CBORValue {
    /// The one data item that `bytes` are.
    ///
    /// - Throws: `CBORError` if the bytes are not one well-formed data item and nothing else, if text is not UTF-8, if
    ///   a map has a key twice, or if arrays, maps and tags are nested in more than `depthLimit` levels.
    package init(
        parsing bytes: UnsafeRawBufferPointer,
        depthLimit: Int = CBORDecoder.defaultDepthLimit
    ) throws(CBORError) {
        var parser = Parser(reader: Reader(bytes), stackGuard: StackGuard(depthLimit: depthLimit, leavesMost: true))
        self = try parser.value(depth: 0)
        try parser.reader.expectEnd(at: parser.offset)
    }

    /// The one data item that `bytes` are.
    ///
    /// - Throws: like `init(parsing:depthLimit:)` over a buffer.
    package init(parsing bytes: [UInt8], depthLimit: Int = CBORDecoder.defaultDepthLimit) throws(CBORError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(CBORError) in try CBORValue(parsing: buffer, depthLimit: depthLimit) }
        }
        self = try result.get()
    }
}

private struct Parser {
    let reader: Reader
    var stackGuard: StackGuard
    var offset = 0

    // The functions of which no other is part of the recursion are kept out of its stack frames.
    mutating func value(depth: Int) throws(CBORError) -> CBORValue {
        let head = try reader.head(at: offset)
        switch head.major {
        case .unsigned:
            offset = head.next
            return .unsigned(head.argument)
        case .negative:
            offset = head.next
            return .negative(head.argument)
        case .bytes:
            return try bytes()
        case .text:
            return try text()
        case .simple:
            return try simple(head)
        case .array, .map, .tag:
            guard stackGuard.allows(depth: depth) else { throw reader.tooDeep(at: offset) }
        }
        let count = try head.major == .tag ? nil : reader.count(of: head)
        offset = head.next
        switch head.major {
        case .array: return .array(try elements(count, depth: depth + 1))
        case .map: return .map(try entries(count, depth: depth + 1))
        default: return .tagged(head.argument, try value(depth: depth + 1))
        }
    }

    @inline(never)
    private mutating func bytes() throws(CBORError) -> CBORValue {
        .bytes(try reader.byteString(at: &offset))
    }

    @inline(never)
    private mutating func text() throws(CBORError) -> CBORValue {
        .text(try reader.text(at: &offset))
    }

    @inline(never)
    private mutating func simple(_ head: Head) throws(CBORError) -> CBORValue {
        if head.isBreak { throw reader.unexpectedBreak(at: offset) }
        offset = head.next
        if let number = reader.float(head) { return .float(number) }
        switch head.info {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        case 23: return .undefined
        default:
            guard let value = SimpleValue(rawValue: UInt8(truncatingIfNeeded: head.argument)) else {
                throw reader.mismatch(at: offset)
            }
            return .simple(value)
        }
    }

    @inline(never)
    private mutating func elements(_ count: Int?, depth: Int) throws(CBORError) -> [CBORValue] {
        var elements: [CBORValue] = []
        while try hasMore(elements.count, of: count) {
            elements.append(try value(depth: depth))
        }
        return elements
    }

    @inline(never)
    private mutating func entries(_ count: Int?, depth: Int) throws(CBORError) -> [Entry] {
        var entries: [Entry] = []
        var keys: Set<CBORValue> = []
        while try hasMore(entries.count, of: count) {
            let keyOffset = offset
            let key = try value(depth: depth)
            guard keys.insert(key).inserted else { throw duplicate(key, at: keyOffset) }
            entries.append(Entry(key, try value(depth: depth)))
        }
        return entries
    }

    @inline(never)
    private func duplicate(_ key: CBORValue, at offset: Int) -> CBORError {
        CBORError(.duplicateKey, "the key \(key.diagnostic) is in a map twice", at: offset)
    }

    @inline(never)
    private mutating func hasMore(_ index: Int, of count: Int?) throws(CBORError) -> Bool {
        if try reader.hasItem(index, of: count, at: offset) { return true }
        if count == nil { offset += 1 }
        return false
    }

    private typealias Entry = CBORValue.Entry
    private typealias SimpleValue = CBORValue.SimpleValue
}

extension Reader {
    func expectEnd(at offset: Int) throws(CBORError) {
        guard offset == bytes.count else {
            let excess = bytes.count - offset
            throw CBORError(.trailingBytes, "\(excess) bytes follow the data item", at: offset)
        }
    }
}
