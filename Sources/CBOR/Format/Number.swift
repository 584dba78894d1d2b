/// A number as CBOR represents it, before it is converted to the type that the program asked for.
enum Number {
    case unsigned(UInt64)
    /// The number -1 - n, as in major type 1.
    case negative(UInt64)
    case float(Double)
}

/// A number type of the standard library for which CBOR has an encoding.
protocol NumberScalar: Scalar, BitwiseCopyable {
    /// The number in this type.
    ///
    /// - Returns: `nil` if this type has no such number. Integer types take integers only; floating-point types take
    ///   every number in their range, rounded to the nearest.
    init?(_ number: Number)

    /// The tag of an array of such numbers in the machine's byte order.
    static var typedArrayTag: TypedArrayTag { get }
}

extension NumberScalar where Self: FixedWidthInteger {
    @inline(__always)
    init?(_ number: Number) {
        switch number {
        case .unsigned(let value):
            self.init(exactly: value)
        case .negative(let value):
            // -1 - n is the complement of n; it is an Int64 as long as n's top bit is clear.
            guard value <= Int64.max else { return nil }
            self.init(exactly: Int64(bitPattern: ~value))
        case .float:
            return nil
        }
    }

    static var typedArrayTag: TypedArrayTag {
        TypedArrayTag(
            element: isSigned ? .signed : .unsigned,
            width: MemoryLayout<Self>.size,
            isLittleEndian: TypedArrayTag.machineIsLittleEndian
        )
    }
}

extension NumberScalar where Self: BinaryFloatingPoint {
    @inline(__always)
    init?(_ number: Number) {
        switch number {
        case .unsigned(let value):
            self.init(value)
            // Only half precision is too narrow for a 64-bit integer.
            if isInfinite { return nil }
        case .negative(let value):
            // -(n + 1), in one rounding.
            self = value == .max ? -0x1p64 : -Self(value + 1)
            if isInfinite { return nil }
        case .float(let value):
            self.init(value)
            if isInfinite && value.isFinite { return nil }
        }
    }

    static var typedArrayTag: TypedArrayTag {
        TypedArrayTag(
            element: .float,
            width: MemoryLayout<Self>.size,
            isLittleEndian: TypedArrayTag.machineIsLittleEndian
        )
    }
}
