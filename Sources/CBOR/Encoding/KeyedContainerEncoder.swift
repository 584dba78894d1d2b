/// Writes the entries of a map.
final class KeyedContainerEncoder<Key: CodingKey>: KeptEncoder, KeyedEncodingContainerProtocol {
    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }

    @inline(__always)
    private func write(_ value: some Scalar, _ key: Key) throws {
        try withState { state in
            try state.begin(id, key)
            value.write(to: &state.output)
        }
    }

    func encodeNil(forKey key: Key) throws {
        try state.begin(id, key)
        state.output.writeByte(SimpleByte.null)
    }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        let state = state
        try state.resume(id)
        let mark = state.mark
        try state.begin(id, key)
        try state.encode(value, key: key, mark: mark)
    }

    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
        guard let value else { return }
        try state.resume(id)
        let mark = state.mark
        try state.begin(id, key)
        let valueMark = state.mark
        try state.encode(value, key: key, mark: mark)
        // A plain null would be read as a property that is nil.
        state.tagNil(since: valueMark, of: nil)
    }

    func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        state.keyedContainer(type, nested(.map, key))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        UnkeyedContainerEncoder(state: state, id: nested(.array, key))
    }

    func superEncoder() -> any Encoder {
        ItemEncoder(state: state, id: nested(.undecided, TextKey.super))
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        ItemEncoder(state: state, id: nested(.undecided, key))
    }

    private func nested(_ kind: EncodingFrame.Kind, _ key: some CodingKey) -> EncodingFrameID {
        state.failingLater {
            try state.begin(id, key)
            return try state.openNested(kind, key: key)
        }
    }
}

// `Codable` has a function for each scalar type.
extension KeyedContainerEncoder {
    func encode(_ value: Bool, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: String, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Double, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Float, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Int, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Int8, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Int16, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Int32, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Int64, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: UInt, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: UInt8, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: UInt16, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: UInt32, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: UInt64, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Int128, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: UInt128, forKey key: Key) throws { try write(value, key) }
}
