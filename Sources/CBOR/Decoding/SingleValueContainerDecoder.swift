/// Reads one value instead of a container.
struct SingleValueContainerDecoder: SingleValueDecodingContainer {
    let state: DecodingState
    let id: DecodingFrameID

    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }

    @inline(__always)
    private func read<Value: Scalar>(_ type: Value.Type) throws -> Value {
        try state.check(id)
        var offset = state.frames[id.index].start
        do {
            let value = try Value.read(from: state.reader, at: &offset)
            state.noteSingle(id.index, end: offset)
            return value
        } catch {
            throw state.translate(error, type, parent: id.index)
        }
    }

    func decodeNil() -> Bool {
        // An error of the item is thrown when the item is read.
        let isNull = try? state.check(id) {
            try state.reader.isNull(at: state.frames[id.index].start) && state.innerNil(ofOptionalAt: id.index) == nil
        }
        return isNull ?? false
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try state.check(id)
        var offset = state.innerNil(ofOptionalAt: id.index) ?? state.frames[id.index].start
        let value = try state.decode(type, at: &offset, parent: id.index, key: nil, index: 0)
        state.noteSingle(id.index, end: offset)
        return value
    }
}

// `Codable` has a function for each scalar type.
extension SingleValueContainerDecoder {
    func decode(_ type: Bool.Type) throws -> Bool { try read(type) }
    func decode(_ type: String.Type) throws -> String { try read(type) }
    func decode(_ type: Double.Type) throws -> Double { try read(type) }
    func decode(_ type: Float.Type) throws -> Float { try read(type) }
    func decode(_ type: Int.Type) throws -> Int { try read(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try read(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try read(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try read(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try read(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try read(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try read(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try read(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try read(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try read(type) }
    func decode(_ type: Int128.Type) throws -> Int128 { try read(type) }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try read(type) }
}
