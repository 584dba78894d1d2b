internal import CBOR
internal import Wire

/// Values to bytes and back: the bytes of trivial types, CBOR for all others.
enum ValueCoding {
    /// How values of a type travel, judged by the first of them.
    ///
    /// A trivial type travels as its bytes only if its `Codable` conformance looks like the compiler's own: then the
    /// bytes say the same. A conformance that was written by hand may mean to change or to refuse values, so it is used.
    static func encoding<Value: Codable>(for value: Value) -> ValueEncoding {
        guard _isPOD(Value.self) else { return .cborBeside }
        if value is any FixedWidthInteger || value is any BinaryFloatingPoint || value is Bool { return .trivial }
        return looksSynthesized(value) ? .trivial : .cborBeside
    }

    /// Whether the value encodes to a map of exactly its stored properties.
    private static func looksSynthesized<Value: Codable>(_ value: Value) -> Bool {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .struct, let bytes = try? CBOREncoder().encode(value),
            case .map(let entries)? = try? CBORValue(parsing: bytes), entries.count == mirror.children.count
        else { return false }
        return zip(entries, mirror.children).allSatisfy { entry, child in
            guard case .text(let key) = entry.key, key == child.label else { return false }
            guard let field = child.value as? any Codable else { return false }
            return isSameEncoding(field, entry.value)
        }
    }

    private static func isSameEncoding(_ field: some Codable, _ value: CBORValue) -> Bool {
        guard encoding(for: field) == .trivial, let bytes = try? CBOREncoder().encode(field) else { return false }
        return (try? CBORValue(parsing: bytes)) == value
    }

    /// Calls `body` with the value's bytes, and the arrays that go beside them.
    ///
    /// - Parameter mayHaveArrays: whether any may.
    static func withBytes<Value: Codable, Result>(
        of value: Value,
        _ encoding: ValueEncoding,
        mayHaveArrays: Bool,
        _ body: (UnsafeRawBufferPointer, [NumberArray]) throws -> Result
    ) throws -> Result {
        if encoding == .trivial { return try withTrivialBytes(of: value) { try body($0, []) } }
        guard mayHaveArrays, encoding == .cborBeside else {
            return try CBOREncoder().encode(value).withUnsafeBytes { try body($0, []) }
        }
        let beside = ArraysBeside()
        return try CBOREncoder().encode(value, beside: beside).withUnsafeBytes { try body($0, beside.arrays) }
    }

    static func decode<Value: Codable>(
        _ type: Value.Type,
        _ encoding: ValueEncoding,
        from bytes: UnsafeRawBufferPointer,
        beside arrays: [NumberArray] = []
    ) throws -> Value {
        switch encoding {
        case .trivial: try decodeTrivial(type, from: bytes)
        case .cbor, .cborBeside: try CBORDecoder().decode(type, from: bytes, beside: arrays)
        }
    }

    private static func decodeTrivial<Value>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        guard _isPOD(type), bytes.count == MemoryLayout<Value>.size else {
            throw WireError(
                "\(bytes.count) bytes for a \(type), which takes \(MemoryLayout<Value>.size)",
                offset: 0
            )
        }
        return withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place in
            // A trivial type is its bytes: copying them makes the value.
            UnsafeMutableRawBufferPointer(place).copyMemory(from: bytes)
            return place[0]
        }
    }
}
