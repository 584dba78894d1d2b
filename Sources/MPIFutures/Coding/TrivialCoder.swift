internal import Synchronization
internal import Waiting

/// Sends values of a trivial struct as their bytes, and still runs the type's own `Codable` conformance, both ways.
///
/// The sender runs `encode(to:)` of each value with an encoder that only looks: if it writes the stored properties
/// under their names with the values that are in memory, the bytes say the same as the encoding. The receiver runs
/// `init(from:)` with a decoder that reads the properties right from the bytes. So a conformance that was written by
/// hand changes and refuses values as it does with any other coder. `Docs/Decisions/0020` has the reasons.
final class TrivialCoder: Sendable {
    private let layout: FieldLayout
    /// The tools that are used again and again, so that a value costs no allocation. Another thread makes its own.
    nonisolated(unsafe) private let tools: Tools
    private let isTaken = Atomic(false)
    /// Whether `init(from:)` asks for facts that the bytes alone do not tell. Then it always gets an encoding.
    private let needsEncoding = Atomic(false)

    /// Whether the conformance does not run: see `BitwiseCodable`.
    let isBitwise: Bool

    /// A cursor with its encoder and decoder. Those are constants, so that no value counts their references.
    private struct Tools {
        let cursor: FieldCursor
        let encoder: any Encoder
        let decoder: any Decoder

        init(_ layout: FieldLayout) {
            cursor = FieldCursor(layout)
            encoder = FieldCheckingEncoder(cursor: cursor)
            decoder = FieldDecoder(cursor: cursor)
        }
    }

    /// Makes a coder. Returns nil if values of the type never travel as their bytes.
    init?<Value>(_ type: Value.Type) {
        isBitwise = isBitwiseCodable(type)
        guard let layout = isBitwise ? FieldLayout.none : FieldLayout(of: type) else { return nil }
        self.layout = layout
        tools = Tools(layout)
    }

    deinit { tools.cursor.forgetContainers() }

    @inline(__always)
    private func withTools<Result, Failure>(
        _ body: (borrowing Tools) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard !isTaken.exchange(true, ordering: .acquiring) else {
            let tools = Tools(layout)
            defer { tools.cursor.forgetContainers() }
            return try body(tools)
        }
        defer { isTaken.store(false, ordering: .releasing) }
        return try body(tools)
    }

    /// Returns the address of the bytes. A value without bytes needs an address too.
    private static func address(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped
    }

    /// Returns whether the bytes of a value say the same as its encoding, which `encode` makes.
    func accepts(_ bytes: UnsafeRawBufferPointer, encode: (any Encoder) throws -> Void) -> Bool {
        isBitwise || withTools { $0.cursor.encodes(at: Self.address(bytes), by: $0.encoder, encode) }
    }

    /// Returns whether the bytes of a value say the same as its encoding.
    func accepts(_ value: some Encodable) -> Bool {
        isBitwise || withTrivialBytes(of: value) { accepts($0) { try value.encode(to: $0) } }
    }

    /// The value that `init(from:)` makes of the bytes of another one.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        if isBitwise { return try ValueCoding.copy(type, from: bytes) }
        try ValueCoding.checkSize(of: type, bytes)
        var value: Value?
        let isDecoded = decode(from: bytes) { value = try Value(from: $0) }
        if isDecoded, let value { return value }
        return try decodeEncoding(type, from: bytes)
    }

    /// Runs an `init(from:)`, which `body` calls, over the bytes of a value. Returns false if it has to run over the
    /// encoding: see `decodeEncoding`.
    @inline(__always)
    func decode(from bytes: UnsafeRawBufferPointer, _ body: (any Decoder) throws -> Void) -> Bool {
        if needsEncoding.load(ordering: .relaxed) { return false }
        do throws(FieldCursor.Detour) {
            try withTools { tools throws(FieldCursor.Detour) in
                try tools.cursor.decode(from: Self.address(bytes), by: tools.decoder, body)
            }
            return true
        } catch {
            if error == .needsEncoding { needsEncoding.store(true, ordering: .relaxed) }
            return false
        }
    }

    /// The value that `init(from:)` makes of the encoding that the bytes stand for. Errors, too, come from the real
    /// decoder, which knows where they are.
    func decodeEncoding<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        try EncodedFields(layout, bytes).decode(type)
    }
}

// MARK: - Which types

extension TrivialCoder {
    /// Returns the coder of a type, or nil if its values never travel as their bytes.
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

/// Returns whether a type is one of those of which every program knows that they are their bytes: numbers and truth
/// values of the standard library, and the result that is none. No conformance of the user's has a part in them.
@inlinable
func isPlain<Value>(_ type: Value.Type) -> Bool {
    // The compiler decides this where it knows the type.
    Value.self == Int.self || Value.self == Double.self || Value.self == Bool.self || Value.self == NoResult.self
        || Value.self == Float.self || Value.self == UInt8.self || Value.self == Int32.self || Value.self == Int64.self
        || Value.self == UInt.self || Value.self == UInt32.self || Value.self == UInt64.self || Value.self == Int8.self
        || Value.self == Int16.self || Value.self == UInt16.self || Value.self == Int128.self
        || Value.self == UInt128.self
}
