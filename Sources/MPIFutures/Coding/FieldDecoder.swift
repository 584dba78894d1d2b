/// The decoder that reads a value's stored properties from its bytes.
struct FieldDecoder: Decoder {
    let cursor: FieldCursor

    var codingPath: [any CodingKey] {
        cursor.deviate()
        return []
    }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    private func irregular() -> IrregularCoding {
        cursor.deviate()
        return IrregularCoding()
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        cursor.decodingContainer(keyedBy: type)
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw irregular() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw irregular() }
}

/// Reads stored properties by their names.
struct FieldReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let cursor: FieldCursor

    var codingPath: [any CodingKey] {
        cursor.deviate()
        return []
    }
    var allKeys: [Key] {
        cursor.deviate()
        return []
    }

    private func irregular() -> IrregularCoding {
        cursor.deviate()
        return IrregularCoding()
    }

    func contains(_ key: Key) -> Bool {
        cursor.deviate()
        return false
    }

    func decodeNil(forKey key: Key) throws -> Bool { throw irregular() }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try cursor.readAny(type, key) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        throw irregular()
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw irregular() }
    func superDecoder() throws -> any Decoder { throw irregular() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw irregular() }
}

// The scalars, each of which `Codable` has a function of its own for.
extension FieldReader {
    func decode(_ type: String.Type, forKey key: Key) throws -> String { throw irregular() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try cursor.read(type, key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try cursor.read(type, key) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try cursor.read(type, key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try cursor.read(type, key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try cursor.read(type, key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try cursor.read(type, key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try cursor.read(type, key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try cursor.read(type, key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try cursor.read(type, key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try cursor.read(type, key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try cursor.read(type, key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try cursor.read(type, key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try cursor.read(type, key) }
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try cursor.read(type, key) }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try cursor.read(type, key) }
}
