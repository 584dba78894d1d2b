/// Reads the elements of an array.
///
/// The position belongs to the container, so a copy of the container reads the same elements again.
struct UnkeyedContainerDecoder: UnkeyedDecodingContainer {
    let state: DecodingState
    let id: DecodingFrameID

    /// The offset of the next element. While `openChild` is a frame, it is the offset of the element before.
    private var offset: Int
    private(set) var currentIndex = 0

    /// The frame of the element before the next one, if its end is not known yet.
    private var openChild = -1

    init(state: DecodingState, id: DecodingFrameID, offset: Int) {
        self.state = state
        self.id = id
        self.offset = offset
    }

    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }

    /// The number of elements; `nil` if the array has an indefinite length.
    var count: Int? { (try? state.check(id, then: { state.frames[id.index] }))?.count }

    var isAtEnd: Bool {
        // An error of the array is thrown when the next element is read.
        (try? state.check(id, then: { try isAtEnd(offset: nextOffset()) })) ?? false
    }

    private func isAtEnd(offset: Int) throws -> Bool {
        if let count = state.frames[id.index].count { return currentIndex >= count }
        return try state.isBreak(at: offset, frame: id.index)
    }

    /// Whether the next element is a byte string.
    fileprivate var isBeforeByteString: Bool {
        guard !isAtEnd, let next = try? nextOffset() else { return false }
        return (try? state.reader.untaggedHead(at: next))?.major == .bytes
    }

    private func nextOffset() throws -> Int {
        openChild < 0 ? offset : try state.finish(openChild)
    }

    /// Moves to the next element.
    private mutating func prepare(_ type: Any.Type) throws {
        try state.check(id)
        offset = try nextOffset()
        openChild = -1
        guard try !isAtEnd(offset: offset) else {
            let path = state.codingPath(of: id.index) + [IndexKey(currentIndex)]
            let description = "no element \(currentIndex) in the array at byte \(state.frames[id.index].start)"
            throw DecodingError.valueNotFound(type, .init(codingPath: path, debugDescription: description))
        }
    }

    @inline(__always)
    private mutating func advance(to end: Int) {
        offset = end
        currentIndex &+= 1
        state.noteElement(id.index, passed: currentIndex, end: end)
    }

    @inline(__always)
    private mutating func read<Value: Scalar>(_ type: Value.Type) throws -> Value {
        try prepare(type)
        var end = offset
        do {
            let value = try Value.read(from: state.reader, at: &end)
            advance(to: end)
            return value
        } catch {
            throw state.translate(error, type, parent: id.index, index: currentIndex)
        }
    }

    mutating func decodeNil() throws -> Bool {
        try prepare(Never?.self)
        let start = offset
        let reader = state.reader
        guard try state.locating(id.index, { () throws(CBORError) in try reader.isNull(at: start) }) else {
            return false
        }
        var end = offset
        try state.skip(at: &end, frame: id.index)
        advance(to: end)
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try prepare(type)
        var end = offset
        let value = try state.decode(type, at: &end, parent: id.index, key: nil, index: currentIndex)
        advance(to: end)
        return value
    }

    mutating func nestedContainer<Nested>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try prepare([String: Any].self)
        let nested = try frame()
        try state.open(nested, as: .map)
        enter(nested)
        return state.keyedContainer(type, nested)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try prepare([Any].self)
        let nested = try frame()
        let container = try state.unkeyedContainer(nested)
        enter(nested)
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        try prepare((any Decoder).self)
        let nested = try frame()
        enter(nested)
        return ItemDecoder(state: state, id: nested)
    }

    /// Returns a frame for the next element.
    private func frame() throws -> DecodingFrameID {
        try state.push(at: offset, parent: id.index, key: nil, index: currentIndex)
    }

    private mutating func enter(_ nested: DecodingFrameID) {
        state.noteElement(id.index, at: currentIndex, offset: offset, child: nested.index)
        openChild = nested.index
        currentIndex += 1
    }
}

// `Codable` has a function for each scalar type.
extension UnkeyedContainerDecoder {
    mutating func decode(_ type: Bool.Type) throws -> Bool { try read(type) }
    mutating func decode(_ type: String.Type) throws -> String { try read(type) }
    mutating func decode(_ type: Double.Type) throws -> Double { try read(type) }
    mutating func decode(_ type: Float.Type) throws -> Float { try read(type) }
    mutating func decode(_ type: Int.Type) throws -> Int { try read(type) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try read(type) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try read(type) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try read(type) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try read(type) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try read(type) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try read(type) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try read(type) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try read(type) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try read(type) }
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try read(type) }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try read(type) }
}

extension UnkeyedDecodingContainer {
    /// Whether the next element is a byte string, which `Codable` cannot tell from an array of numbers. It is false in
    /// containers of other coders.
    package var isBeforeByteString: Bool { (self as? UnkeyedContainerDecoder)?.isBeforeByteString ?? false }
}
