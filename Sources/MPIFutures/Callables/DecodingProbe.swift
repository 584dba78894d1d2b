/// Finds out which arguments a type decodes, without an encoded value.
///
/// The probe runs the type's `init(from:)` with a decoder that invents values and records requests. The type of the
/// coding keys tells which labels there may be, and the requested values tell the arguments. If the type refuses an
/// invented value, its stored properties tell the other arguments.
struct DecodingProbe: Sendable {
    /// The arguments in the order of the requests.
    let parameters: [CallableParameter]
    private let acceptsLabel: @Sendable (String) -> Bool

    init(_ type: (some Decodable).Type) {
        let notes = ProbeNotes()
        do {
            _ = try type.init(from: ProbeDecoder(notes: notes, depth: 0))
        } catch {
            for (name, type) in StoredProperties(of: type).properties where notes.acceptsLabel?(name) ?? false {
                notes.note(name, type)
            }
        }
        parameters = notes.parameters
        acceptsLabel = notes.acceptsLabel ?? { _ in true }
    }

    /// Returns whether the type may use a label. Returns true if that is unknown.
    func accepts(label: String) -> Bool { acceptsLabel(label) }
}

/// The requests that the decoding of one value has made.
private final class ProbeNotes {
    var parameters: [CallableParameter] = []
    var acceptsLabel: (@Sendable (String) -> Bool)?

    func note(_ label: String, _ type: Any.Type) {
        guard !parameters.contains(where: { $0.label == label }) else { return }
        parameters.append(CallableParameter(label: label, type: WrittenType.text(of: type)))
    }
}

/// A decoder of any value. Its notes are those of the outermost value.
private struct ProbeDecoder: Decoder {
    /// The depth at which the probe gives up, for types that contain themselves.
    static let depthLimit = 16

    let notes: ProbeNotes?
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        if let notes, notes.acceptsLabel == nil {
            notes.acceptsLabel = { Key(stringValue: $0) != nil }
        }
        return KeyedDecodingContainer(ProbeKeyedContainer<Key>(notes: notes, depth: depth))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { ProbeUnkeyedContainer(depth: depth) }
    func singleValueContainer() -> any SingleValueDecodingContainer { ProbeValueContainer(depth: depth) }

    /// Returns an invented value of the type.
    static func value<T: Decodable>(_ type: T.Type, depth: Int) throws -> T {
        guard depth < depthLimit else { throw Unknowable() }
        if let cases = type as? any CaseIterable.Type, let first = firstCase(cases) as? T { return first }
        return try type.init(from: ProbeDecoder(notes: nil, depth: depth + 1))
    }

    private static func firstCase<Cases: CaseIterable>(_ type: Cases.Type) -> Any? { type.allCases.first }
}

private struct Unknowable: Error {}

private struct ProbeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let notes: ProbeNotes?
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        notes?.note(key.stringValue, type)
        return try ProbeDecoder.value(type, depth: depth)
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        notes?.note(key.stringValue, T?.self)
        return nil
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedDecodingContainer<
        Nested
    > {
        notes?.note(key.stringValue, [String: Any].self)
        return KeyedDecodingContainer(ProbeKeyedContainer<Nested>(notes: nil, depth: depth))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
        notes?.note(key.stringValue, [Any].self)
        return ProbeUnkeyedContainer(depth: depth)
    }

    func superDecoder() -> any Decoder { ProbeDecoder(notes: nil, depth: depth) }
    func superDecoder(forKey key: Key) -> any Decoder { superDecoder() }
}

// `decodeIfPresent` has an overload for each standard type. The default implementations request a value.
extension ProbeKeyedContainer {
    private func absent<T>(_ type: T.Type, _ key: Key) -> T? {
        notes?.note(key.stringValue, T?.self)
        return nil
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? { absent(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? { absent(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) -> Double? { absent(type, key) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) -> Float? { absent(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? { absent(type, key) }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) -> Int8? { absent(type, key) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) -> Int16? { absent(type, key) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) -> Int32? { absent(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) -> Int64? { absent(type, key) }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) -> UInt? { absent(type, key) }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) -> UInt8? { absent(type, key) }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) -> UInt16? { absent(type, key) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) -> UInt32? { absent(type, key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) -> UInt64? { absent(type, key) }
    func decodeIfPresent(_ type: Int128.Type, forKey key: Key) -> Int128? { absent(type, key) }
    func decodeIfPresent(_ type: UInt128.Type, forKey key: Key) -> UInt128? { absent(type, key) }
}

/// A decoder of an empty array.
private struct ProbeUnkeyedContainer: UnkeyedDecodingContainer {
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 0 }
    var isAtEnd: Bool { true }
    var currentIndex: Int { 0 }

    func decodeNil() throws -> Bool { throw Unknowable() }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try ProbeDecoder.value(type, depth: depth) }
    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ProbeKeyedContainer<Key>(notes: nil, depth: depth))
    }
    func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { self }
    func superDecoder() -> any Decoder { ProbeDecoder(notes: nil, depth: depth) }
}

/// A decoder of a number, a text or a truth value, as requested.
private struct ProbeValueContainer: SingleValueDecodingContainer {
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode(_ type: Bool.Type) -> Bool { false }
    func decode(_ type: String.Type) -> String { "" }
    func decode(_ type: Double.Type) -> Double { 0 }
    func decode(_ type: Float.Type) -> Float { 0 }
    func decode(_ type: Int.Type) -> Int { 0 }
    func decode(_ type: Int8.Type) -> Int8 { 0 }
    func decode(_ type: Int16.Type) -> Int16 { 0 }
    func decode(_ type: Int32.Type) -> Int32 { 0 }
    func decode(_ type: Int64.Type) -> Int64 { 0 }
    func decode(_ type: UInt.Type) -> UInt { 0 }
    func decode(_ type: UInt8.Type) -> UInt8 { 0 }
    func decode(_ type: UInt16.Type) -> UInt16 { 0 }
    func decode(_ type: UInt32.Type) -> UInt32 { 0 }
    func decode(_ type: UInt64.Type) -> UInt64 { 0 }
    func decode(_ type: Int128.Type) -> Int128 { 0 }
    func decode(_ type: UInt128.Type) -> UInt128 { 0 }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try ProbeDecoder.value(type, depth: depth) }
}
