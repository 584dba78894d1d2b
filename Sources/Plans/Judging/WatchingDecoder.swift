/// The decoder with which a conformance is watched. It has the members of the value that was encoded.
struct WatchingDecoder: Decoder {
    let watch: Watch

    var codingPath: [any CodingKey] { deviating([]) }
    var userInfo: [CodingUserInfoKey: Any] { deviating([:]) }

    private func deviating<Result>(_ result: Result) -> Result {
        watch.deviate()
        return result
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        watch.openKeyed(type)
        return KeyedDecodingContainer(WatchingKeyedDecoder<Key>(watch: watch, isPayload: watch.shape != .enumeration))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw watch.irregular() }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        watch.openSingle()
        return WatchingValueDecoder(watch: watch)
    }
}

/// Watches which members, or which case of an enum, a conformance asks for.
struct WatchingKeyedDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let watch: Watch
    /// Whether members are read here: not in an enum's outer container.
    let isPayload: Bool

    var codingPath: [any CodingKey] {
        // The compiler's conformance of an enum asks for the path where it throws, and nowhere else.
        watch.deviate()
        return []
    }

    var allKeys: [Key] {
        if isPayload { watch.deviate() }
        return watch.caseKeys(Key.self)
    }

    func contains(_ key: Key) -> Bool {
        watch.deviate()
        return true
    }

    private func read<Value>(_ type: Value.Type, _ key: Key) throws -> Value {
        guard isPayload else { throw watch.irregular() }
        return try watch.read(type, key)
    }

    func decodeNil(forKey key: Key) throws -> Bool { throw watch.irregular() }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try read(type, key) }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { try read(T?.self, key) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        if isPayload { watch.deviate() }
        watch.openPayload(type, key)
        return KeyedDecodingContainer(WatchingKeyedDecoder<Nested>(watch: watch, isPayload: true))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw watch.irregular() }
    func superDecoder() throws -> any Decoder { throw watch.irregular() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw watch.irregular() }
}

// `Codable` has a function for each scalar type, and another one for its optional.
extension WatchingKeyedDecoder {
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
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try read(Bool?.self, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try read(String?.self, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try read(Double?.self, key) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try read(Float?.self, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try read(Int?.self, key) }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { try read(Int8?.self, key) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try read(Int16?.self, key) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try read(Int32?.self, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try read(Int64?.self, key) }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { try read(UInt?.self, key) }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { try read(UInt8?.self, key) }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { try read(UInt16?.self, key) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try read(UInt32?.self, key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try read(UInt64?.self, key) }
    func decodeIfPresent(_ type: Int128.Type, forKey key: Key) throws -> Int128? { try read(Int128?.self, key) }
    func decodeIfPresent(_ type: UInt128.Type, forKey key: Key) throws -> UInt128? { try read(UInt128?.self, key) }
}

/// Watches the raw value of an enum being read.
struct WatchingValueDecoder: SingleValueDecodingContainer {
    let watch: Watch

    var codingPath: [any CodingKey] {
        watch.deviate()
        return []
    }

    func decodeNil() -> Bool {
        watch.deviate()
        return false
    }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try watch.readRaw(type) }
}
