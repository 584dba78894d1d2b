/// A type that is one data item without any nested in it, and is read and written without `Codable`'s machinery.
protocol Scalar {
    /// Reads the scalar at `offset`, and moves `offset` behind it. Leaves `offset` unchanged if an error is thrown.
    static func read(from reader: Reader, at offset: inout Int) throws(CBORError) -> Self

    func write(to output: inout Output)
}

extension Bool: Scalar {
    static func read(from reader: Reader, at offset: inout Int) throws(CBORError) -> Bool {
        let head = try reader.untaggedHead(at: offset)
        guard head.major == .simple, head.info == 20 || head.info == 21 else { throw reader.mismatch(at: offset) }
        offset = head.next
        return head.info == 21
    }

    @inline(__always)
    func write(to output: inout Output) {
        output.writeByte(self ? SimpleByte.true : SimpleByte.false)
    }
}

extension String: Scalar {
    @inline(__always)
    static func read(from reader: Reader, at offset: inout Int) throws(CBORError) -> String {
        try reader.text(at: &offset)
    }

    @inline(__always)
    func write(to output: inout Output) {
        output.writeText(self)
    }
}

extension NumberScalar {
    @inline(__always)
    static func read(from reader: Reader, at offset: inout Int) throws(CBORError) -> Self {
        try readNumber(from: reader, at: &offset)
    }

    @inline(__always)
    static func readNumber(from reader: Reader, at offset: inout Int) throws(CBORError) -> Self {
        var end = offset
        let number = try reader.number(at: &end)
        guard let value = Self(number) else { throw reader.unrepresentable(number, as: Self.self, at: offset) }
        offset = end
        return value
    }
}

extension Reader {
    @inline(never)
    func unrepresentable(_ number: Number, as type: any Scalar.Type, at offset: Int) -> CBORError {
        switch number {
        case .unsigned(let value): CBORError(.unrepresentable, "found \(value), which does not fit", at: offset)
        case .negative(.max): CBORError(.unrepresentable, "found -18446744073709551616, which does not fit", at: offset)
        case .negative(let value): CBORError(.unrepresentable, "found -\(value + 1), which does not fit", at: offset)
        case .float(let value):
            // An integer type takes no fraction at all; a narrow floating-point type takes most.
            if type is any BinaryFloatingPoint.Type {
                CBORError(.unrepresentable, "found \(value), which does not fit", at: offset)
            } else {
                CBORError(.typeMismatch, "found a floating-point number", at: offset)
            }
        }
    }
}

extension Scalar where Self: FixedWidthInteger {
    @inline(__always)
    func write(to output: inout Output) {
        if self >= 0 {
            output.writeHead(.unsigned, UInt64(truncatingIfNeeded: self))
        } else {
            output.writeHead(.negative, UInt64(bitPattern: ~Int64(truncatingIfNeeded: self)))
        }
    }
}

extension Int: NumberScalar {}
extension Int8: NumberScalar {}
extension Int16: NumberScalar {}
extension Int32: NumberScalar {}
extension Int64: NumberScalar {}
extension UInt: NumberScalar {}
extension UInt8: NumberScalar {}
extension UInt16: NumberScalar {}
extension UInt32: NumberScalar {}
extension UInt64: NumberScalar {}

extension Double: NumberScalar {
    @inline(__always)
    func write(to output: inout Output) {
        output.write(SimpleByte.double, bitPattern)
    }
}

extension Float: NumberScalar {
    static func read(from reader: Reader, at offset: inout Int) throws(CBORError) -> Float {
        let head = try reader.untaggedHead(at: offset)
        if head.major == .simple && head.info == 26 {
            // Past `Number`, whose way through Double would make a signalling NaN quiet.
            offset = head.next
            return Float(bitPattern: UInt32(truncatingIfNeeded: head.argument))
        }
        return try readNumber(from: reader, at: &offset)
    }

    @inline(__always)
    func write(to output: inout Output) {
        output.write(SimpleByte.single, bitPattern)
    }
}

#if !(os(macOS) && arch(x86_64))
    extension Float16: NumberScalar {
        static func read(from reader: Reader, at offset: inout Int) throws(CBORError) -> Float16 {
            let head = try reader.untaggedHead(at: offset)
            if head.major == .simple && head.info == 25 {
                offset = head.next
                return Float16(bitPattern: UInt16(truncatingIfNeeded: head.argument))
            }
            return try readNumber(from: reader, at: &offset)
        }

        @inline(__always)
        func write(to output: inout Output) {
            output.write(SimpleByte.half, bitPattern)
        }
    }
#endif
