internal import CBOR
internal import Plans
internal import Wire

/// Encodes and decodes values: trivial types as their bytes, others by their plans or as CBOR.
enum ValueCoding {
    /// The plans of the types whose values travel. See `CustomCodable`.
    private static let plans = PlanRegistry { $0 is any CustomCodable.Type }

    /// Returns the coder that walks values of a type. Returns nil if they travel as CBOR, or as their bytes: what a
    /// `TrivialCoder` does not accept, has a conformance that says something else.
    ///
    /// A look-up with a lock: keep the answer.
    static func plan<Value>(of type: Value.Type) -> PlanCoder? {
        guard !isPlain(type), !_isPOD(type) || TrivialCoder.coder(of: type) == nil else { return nil }
        return plans.coder(of: type)
    }

    /// Returns how values of a type travel, judged by the first value.
    ///
    /// A trivial type travels as its bytes if the first value's bytes say the same as its encoding. Each later value is
    /// checked too; see `TrivialCoder`. A `BitwiseCodable` type is not checked.
    static func encoding<Value: Codable>(for value: Value) -> ValueEncoding {
        if isPlain(Value.self) { return .trivial }
        guard _isPOD(Value.self), let coder = TrivialCoder.coder(of: Value.self), coder.accepts(value) else {
            return .cborOutOfBand
        }
        return .trivial
    }

    /// Calls `body` with the value's bytes and its out-of-band arrays. The encoding is not `planned`: see `PlanCoder`.
    ///
    /// - Parameter mayHaveArrays: Whether the value may have out-of-band arrays.
    static func withBytes<Value: Codable, Result>(
        of value: Value,
        _ encoding: ValueEncoding,
        mayHaveArrays: Bool,
        _ body: (UnsafeRawBufferPointer, [NumberArray]) throws -> Result
    ) throws -> Result {
        if encoding == .trivial { return try withTrivialBytes(of: value) { try body($0, []) } }
        guard mayHaveArrays, encoding == .cborOutOfBand else {
            return try CBOREncoder().encode(value).withUnsafeBytes { try body($0, []) }
        }
        let outOfBand = OutOfBandArrays()
        return try CBOREncoder().encode(value, outOfBand: outOfBand).withUnsafeBytes { try body($0, outOfBand.arrays) }
    }

    /// Returns the value that bytes encode.
    ///
    /// - Parameter plan: The plan of the type, if the caller knows it.
    static func decode<Value: Codable>(
        _ type: Value.Type,
        _ encoding: ValueEncoding,
        from bytes: UnsafeRawBufferPointer,
        outOfBand arrays: [NumberArray] = [],
        _ plan: PlanCoder? = nil
    ) throws -> Value {
        switch encoding {
        case .trivial: try decodeTrivial(type, from: bytes)
        case .planned: try decodePlanned(type, from: bytes, outOfBand: arrays, plan)
        case .cbor, .cborOutOfBand, .recorded: try CBORDecoder().decode(type, from: bytes, outOfBand: arrays)
        }
    }

    private static func decodePlanned<Value>(
        _ type: Value.Type,
        from bytes: UnsafeRawBufferPointer,
        outOfBand arrays: [NumberArray],
        _ plan: PlanCoder?
    ) throws -> Value {
        guard let plan = plan ?? self.plan(of: type) else {
            throw WireError(
                "a \(type) arrived by its plan, and this process has no plan for it; run master and workers with the "
                    + "same Swift runtime",
                offset: 0
            )
        }
        return try plan.decode(type, from: bytes, outOfBand: arrays)
    }

    private static func decodeTrivial<Value: Codable>(
        _ type: Value.Type,
        from bytes: UnsafeRawBufferPointer
    ) throws -> Value {
        if isPlain(type) { return try copy(type, from: bytes) }
        guard let coder = TrivialCoder.coder(of: type) else {
            throw WireError("bytes for a \(type), which does not travel as its bytes", offset: 0)
        }
        return try coder.decode(type, from: bytes)
    }

    /// Returns the value that has these bytes.
    static func copy<Value>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        try checkSize(of: type, bytes)
        return withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place in
            // A trivial value consists of its bytes, so copying the bytes makes the value.
            UnsafeMutableRawBufferPointer(place).copyMemory(from: bytes)
            return place[0]
        }
    }

    static func checkSize<Value>(of type: Value.Type, _ bytes: UnsafeRawBufferPointer) throws {
        guard _isPOD(type), bytes.count == MemoryLayout<Value>.size else {
            throw WireError(
                "\(bytes.count) bytes for a \(type), which takes \(MemoryLayout<Value>.size)",
                offset: 0
            )
        }
    }
}

/// How structs, enums and collections travel in this process.
package enum StructuredValues {
    /// Whether they are walked by plans. If the runtime describes types in another way than plans expect, they are CBOR.
    package static var areWalked: Bool { PlanRegistry.isRuntimeKnown }
}
