internal import Synchronization
internal import Waiting

/// Sends values of a trivial struct as their bytes, and still runs the type's own `Codable` conformance, both ways.
///
/// The sender runs `encode(to:)` of each value with an encoder that only looks: if it writes the stored properties under
/// their names with the values that are in memory, the bytes say the same as the encoding. The receiver runs
/// `init(from:)` with a decoder that reads the properties right from the bytes. So a conformance that was written by hand
/// changes and refuses values as it does with any other coder. `Docs/Decisions/0020` has the reasons.
final class TrivialCoder: Sendable {
    private let layout: FieldLayout
    /// The cursor that is used again and again, so that a value costs no allocation. Another thread makes its own.
    nonisolated(unsafe) private let cursor: FieldCursor
    private let isTaken = Atomic(false)
    /// Whether `init(from:)` asks for something that the bytes alone do not tell: then it gets an encoding at once.
    private let needsEncoding = Atomic(false)

    /// Whether the conformance does not run: see `BitwiseCodable`.
    let isBitwise: Bool

    /// Nil if values of the type never travel as their bytes.
    init?<Value>(_ type: Value.Type) {
        isBitwise = isBitwiseCodable(type)
        guard let layout = isBitwise ? FieldLayout.none : FieldLayout(of: type) else { return nil }
        self.layout = layout
        cursor = FieldCursor(layout)
    }

    deinit { cursor.forgetContainers() }

    @inline(__always)
    private func withCursor<Result, Failure>(
        _ body: (FieldCursor) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard !isTaken.exchange(true, ordering: .acquiring) else {
            let cursor = FieldCursor(layout)
            defer { cursor.forgetContainers() }
            return try body(cursor)
        }
        defer { isTaken.store(false, ordering: .releasing) }
        return try body(cursor)
    }

    /// A value without any bytes needs an address all the same.
    private static func address(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped
    }

    /// Returns whether the bytes of a value say the same as its encoding.
    func accepts(_ value: some Encodable, _ bytes: UnsafeRawBufferPointer) -> Bool {
        isBitwise || withCursor { $0.encodes(value, at: Self.address(bytes)) }
    }

    /// Returns whether the bytes of a value say the same as its encoding.
    func accepts(_ value: some Encodable) -> Bool { isBitwise || withTrivialBytes(of: value) { accepts(value, $0) } }

    /// The value that `init(from:)` makes of the bytes of another one.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        if isBitwise { return try ValueCoding.copy(type, from: bytes) }
        try ValueCoding.checkSize(of: type, bytes)
        if !needsEncoding.load(ordering: .relaxed) {
            do throws(FieldCursor.Detour) {
                return try withCursor { cursor throws(FieldCursor.Detour) in
                    try cursor.decode(type, from: Self.address(bytes))
                }
            } catch {
                if error == .needsEncoding { needsEncoding.store(true, ordering: .relaxed) }
            }
        }
        // Errors, too, come from the real decoder, which knows where they are.
        return try EncodedFields(layout, bytes).decode(type)
    }
}

// MARK: - Which types

extension TrivialCoder {
    /// The coder of a type; nil if its values never travel as their bytes.
    static func coder<Value>(of type: Value.Type) -> TrivialCoder? {
        coders.withLock { coders in
            let key = ObjectIdentifier(type)
            if let known = coders[key] { return known }
            let coder = TrivialCoder(type)
            coders[key] = .some(coder)
            return coder
        }
    }

    private static let coders = Locked<[ObjectIdentifier: TrivialCoder?]>([:])
}

/// Returns whether a type is one of those of which every program knows that they are their bytes: numbers and truth values of the standard
/// library, and the result that is none. No conformance of the user's has a part in them.
@inlinable
func isPlain<Value>(_ type: Value.Type) -> Bool {
    // The compiler decides this where it knows the type.
    Value.self == Int.self || Value.self == Double.self || Value.self == Bool.self || Value.self == NoResult.self
        || Value.self == Float.self || Value.self == UInt8.self || Value.self == Int32.self || Value.self == Int64.self
        || Value.self == UInt.self || Value.self == UInt32.self || Value.self == UInt64.self || Value.self == Int8.self
        || Value.self == Int16.self || Value.self == UInt16.self || Value.self == Int128.self
        || Value.self == UInt128.self
}
