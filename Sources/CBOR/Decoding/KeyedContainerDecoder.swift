/// Reads the entries of a map.
final class KeyedContainerDecoder<Key: CodingKey>: KeptDecoder, KeyedDecodingContainerProtocol {
    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }

    /// Every key of the map that is one of the type's keys.
    var allKeys: [Key] {
        // An error of the map is thrown when an entry is read.
        let keys = try? state.check(id, then: { try state.allKeys(Key.self, of: id.index) })
        return keys ?? []
    }

    func contains(_ key: Key) -> Bool {
        let entry = try? state.check(id, then: { try state.entry(id.index, key) })
        return entry != nil
    }

    private func entry(_ key: some CodingKey, _ state: DecodingState) throws -> Int {
        try state.check(id)
        guard let entry = try state.entry(id.index, key) else { throw state.keyNotFound(key, in: id.index) }
        return entry
    }

    @inline(__always)
    private func read<Value: Scalar>(_ type: Value.Type, _ key: Key) throws -> Value {
        try withState { state in
            let entry = try entry(key, state)
            var offset = state.entries[entry].value
            do throws(CBORError) {
                let value = try Value.read(from: state.reader, at: &offset)
                state.noteValue(entry, of: id.index, end: offset)
                return value
            } catch {
                throw state.translate(error, type, parent: id.index, key: key)
            }
        }
    }

    /// Reads a value that may be missing or null.
    @inline(__always)
    private func readIfPresent<Value: Scalar>(_ type: Value.Type, _ key: Key) throws -> Value? {
        try withState { state in
            try state.check(id)
            guard let entry = try state.entry(id.index, key) else { return nil }
            var offset = state.entries[entry].value
            do throws(CBORError) {
                if try state.reader.isNull(at: offset) { return nil }
                let value = try Value.read(from: state.reader, at: &offset)
                state.noteValue(entry, of: id.index, end: offset)
                return value
            } catch {
                throw state.translate(error, type, parent: id.index, key: key)
            }
        }
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        let entry = try entry(key, state)
        return try state.locating(id.index) { () throws(CBORError) in
            try state.reader.isNull(at: state.entries[entry].value)
        }
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let entry = try entry(key, state)
        var offset = state.entries[entry].value
        let value = try state.decode(type, at: &offset, parent: id.index, key: key, index: 0)
        state.noteValue(entry, of: id.index, end: offset)
        return value
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try state.check(id)
        guard let entry = try state.entry(id.index, key) else { return nil }
        var offset = state.entries[entry].value
        if let inner = state.reader.innerNil(at: offset) {
            offset = inner
        } else if try state.locating(id.index, { () throws(CBORError) in try state.reader.isNull(at: offset) }) {
            return nil
        }
        let value = try state.decode(type, at: &offset, parent: id.index, key: key, index: 0)
        state.noteValue(entry, of: id.index, end: offset)
        return value
    }

    func nestedContainer<Nested>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        let nested = try frame(key)
        try state.open(nested, as: .map)
        return state.keyedContainer(type, nested)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try state.unkeyedContainer(frame(key))
    }

    func superDecoder() throws -> any Decoder {
        ItemDecoder(state: state, id: try frame(TextKey.super))
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        ItemDecoder(state: state, id: try frame(key))
    }

    /// Returns a frame for the value of a key.
    private func frame(_ key: some CodingKey) throws -> DecodingFrameID {
        let entry = try entry(key, state)
        let nested = try state.push(at: state.entries[entry].value, parent: id.index, key: key, index: 0)
        state.noteValue(entry, of: id.index, child: nested.index)
        return nested
    }
}

// `Codable` has a function for each scalar type.
extension KeyedContainerDecoder {
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try read(type, key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try read(type, key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try read(type, key) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try read(type, key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try read(type, key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try read(type, key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try read(type, key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try read(type, key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try read(type, key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try read(type, key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try read(type, key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try read(type, key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try read(type, key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try read(type, key) }
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try read(type, key) }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try read(type, key) }
}

// It also has one for each scalar that may be missing. The default implementation looks three times for the key.
extension KeyedContainerDecoder {
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: Int128.Type, forKey key: Key) throws -> Int128? { try readIfPresent(type, key) }
    func decodeIfPresent(_ type: UInt128.Type, forKey key: Key) throws -> UInt128? { try readIfPresent(type, key) }
}
