/// The encoder with which a conformance is watched.
struct WatchingEncoder: Encoder {
    let watch: Watch

    var codingPath: [any CodingKey] { deviating([]) }
    var userInfo: [CodingUserInfoKey: Any] { deviating([:]) }

    private func deviating<Result>(_ result: Result) -> Result {
        watch.deviate()
        return result
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        watch.openKeyed(type)
        return KeyedEncodingContainer(WatchingKeyedEncoder<Key>(watch: watch, isPayload: watch.shape != .enumeration))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { deviating(IrregularWatchedEncoder()) }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        watch.openSingle()
        return WatchingValueEncoder(watch: watch)
    }
}

/// Watches the members, or the case of an enum, being written.
struct WatchingKeyedEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let watch: Watch
    /// Whether members are written here: not in an enum's outer container.
    let isPayload: Bool

    var codingPath: [any CodingKey] { deviating([]) }

    private func deviating<Result>(_ result: Result) -> Result {
        watch.deviate()
        return result
    }

    private func write<Value>(_ value: Value, _ key: Key) throws {
        guard isPayload else { throw watch.irregular() }
        watch.write(value, key)
    }

    func encodeNil(forKey key: Key) throws { throw watch.irregular() }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws { try write(value, key) }
    func encodeConditional<T: AnyObject & Encodable>(_ object: T, forKey key: Key) throws { throw watch.irregular() }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<
        Nested
    > {
        if isPayload { watch.deviate() }
        watch.openPayload(type, key)
        return KeyedEncodingContainer(WatchingKeyedEncoder<Nested>(watch: watch, isPayload: true))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        deviating(IrregularWatchedEncoder())
    }
    func superEncoder() -> any Encoder { deviating(IrregularWatchedEncoder()) }
    func superEncoder(forKey key: Key) -> any Encoder { deviating(IrregularWatchedEncoder()) }
}

// `Codable` has a function for each scalar type, and another one for its optional.
extension WatchingKeyedEncoder {
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
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: Int128?, forKey key: Key) throws { try write(value, key) }
    func encodeIfPresent(_ value: UInt128?, forKey key: Key) throws { try write(value, key) }
}

/// Watches the raw value of an enum being written.
struct WatchingValueEncoder: SingleValueEncodingContainer {
    let watch: Watch

    var codingPath: [any CodingKey] {
        watch.deviate()
        return []
    }

    func encodeNil() throws { throw watch.irregular() }
    func encode<T: Encodable>(_ value: T) { watch.writeRaw(value) }
}

/// Takes what a conformance writes that is not the compiler's own.
struct IrregularWatchedEncoder: Encoder, UnkeyedEncodingContainer, SingleValueEncodingContainer {
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var count: Int { 0 }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        // Its watch belongs to nobody: the irregularity has been noted.
        KeyedEncodingContainer(WatchingKeyedEncoder<Key>(watch: Watch([], shape: .raw), isPayload: false))
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
