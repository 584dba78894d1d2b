/// The encoder that looks whether a value's bytes say the same as its encoding.
struct FieldCheckingEncoder: Encoder {
    let cursor: FieldCursor

    var codingPath: [any CodingKey] { irregular([]) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    private func irregular<Result>(_ result: Result) -> Result {
        cursor.deviate()
        return result
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        cursor.encodingContainer(keyedBy: type)
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { irregular(IrregularEncoder()) }
    func singleValueContainer() -> any SingleValueEncodingContainer { irregular(IrregularEncoder()) }
}

/// Compares what is written with the value's stored properties.
struct FieldChecker<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let cursor: FieldCursor

    var codingPath: [any CodingKey] { irregular([]) }

    private func irregular<Result>(_ result: Result) -> Result {
        cursor.deviate()
        return result
    }

    func encodeNil(forKey key: Key) { cursor.deviate() }
    func encode<T: Encodable>(_ value: T, forKey key: Key) { cursor.check(value, key) }

    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey: Key) -> KeyedEncodingContainer<Nested> {
        irregular(KeyedEncodingContainer(IrregularKeyedEncoder<Nested>()))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { irregular(IrregularEncoder()) }
    func superEncoder() -> any Encoder { irregular(IrregularEncoder()) }
    func superEncoder(forKey key: Key) -> any Encoder { irregular(IrregularEncoder()) }
}

// The scalars, each of which `Codable` has a function of its own for.
extension FieldChecker {
    func encode(_ value: String, forKey key: Key) { cursor.deviate() }
    func encode(_ value: Bool, forKey key: Key) { cursor.check(value, ObjectIdentifier(Bool.self), key) }
    // By their bits: not-a-number equals nothing.
    func encode(_ value: Double, forKey key: Key) {
        cursor.check(value.bitPattern, ObjectIdentifier(Double.self), key)
    }
    func encode(_ value: Float, forKey key: Key) { cursor.check(value.bitPattern, ObjectIdentifier(Float.self), key) }
    func encode(_ value: Int, forKey key: Key) { cursor.check(value, ObjectIdentifier(Int.self), key) }
    func encode(_ value: Int8, forKey key: Key) { cursor.check(value, ObjectIdentifier(Int8.self), key) }
    func encode(_ value: Int16, forKey key: Key) { cursor.check(value, ObjectIdentifier(Int16.self), key) }
    func encode(_ value: Int32, forKey key: Key) { cursor.check(value, ObjectIdentifier(Int32.self), key) }
    func encode(_ value: Int64, forKey key: Key) { cursor.check(value, ObjectIdentifier(Int64.self), key) }
    func encode(_ value: UInt, forKey key: Key) { cursor.check(value, ObjectIdentifier(UInt.self), key) }
    func encode(_ value: UInt8, forKey key: Key) { cursor.check(value, ObjectIdentifier(UInt8.self), key) }
    func encode(_ value: UInt16, forKey key: Key) { cursor.check(value, ObjectIdentifier(UInt16.self), key) }
    func encode(_ value: UInt32, forKey key: Key) { cursor.check(value, ObjectIdentifier(UInt32.self), key) }
    func encode(_ value: UInt64, forKey key: Key) { cursor.check(value, ObjectIdentifier(UInt64.self), key) }
    func encode(_ value: Int128, forKey key: Key) { cursor.check(value, ObjectIdentifier(Int128.self), key) }
    func encode(_ value: UInt128, forKey key: Key) { cursor.check(value, ObjectIdentifier(UInt128.self), key) }
}

/// Takes whatever a conformance writes that does not write its stored properties.
struct IrregularEncoder: Encoder, UnkeyedEncodingContainer, SingleValueEncodingContainer {
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var count: Int { 0 }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(IrregularKeyedEncoder<Key>())
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { self }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }
    func encodeNil() throws { throw IrregularCoding() }
    func encode<T: Encodable>(_ value: T) throws { throw IrregularCoding() }
    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
    func superEncoder() -> any Encoder { self }
}

struct IrregularKeyedEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws { throw IrregularCoding() }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { throw IrregularCoding() }
    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey: Key) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(IrregularKeyedEncoder<Nested>())
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { IrregularEncoder() }
    func superEncoder() -> any Encoder { IrregularEncoder() }
    func superEncoder(forKey key: Key) -> any Encoder { IrregularEncoder() }
}
