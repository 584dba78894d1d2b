/// An integer type of 128 bits. Values that 64 bits cannot hold are bignums (RFC 8949, section 3.4.3).
protocol WideInteger: Scalar, FixedWidthInteger {}

extension Int128: WideInteger {}
extension UInt128: WideInteger {}

extension WideInteger {
    static func read(from reader: Reader, at offset: inout Int) throws(CBORError) -> Self {
        var end = offset
        let value: Self
        if let bignum = try reader.bignum(at: &end) {
            value = try reader.wide(Self.self, bignum.magnitude, isNegative: bignum.isNegative, at: offset)
        } else {
            value = try reader.wide(Self.self, reader.number(at: &end), at: offset)
        }
        offset = end
        return value
    }

    /// Writes the preferred encoding: major type 0 or 1 if the argument has 64 bits, else the shortest bignum.
    func write(to output: inout Output) {
        let argument = UInt128(truncatingIfNeeded: self < 0 ? ~self : self)
        if let short = UInt64(exactly: argument) {
            output.writeHead(self < 0 ? .negative : .unsigned, short)
            return
        }
        output.writeHead(.tag, self < 0 ? 3 : 2)
        withUnsafeBytes(of: argument.bigEndian) { bytes in
            output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[(argument.leadingZeroBitCount / 8)...]))
        }
    }
}

extension Reader {
    /// The bignum at `offset`, as its sign and the bytes of its magnitude without leading zeros.
    ///
    /// - Returns: `nil`, without having moved, if another kind of item is there.
    func bignum(at offset: inout Int) throws(CBORError) -> (magnitude: ArraySlice<UInt8>, isNegative: Bool)? {
        var head = try head(at: offset)
        while head.major == .tag {
            if head.argument == 2 || head.argument == 3 {
                var end = head.next
                let magnitude = try byteString(at: &end).drop { $0 == 0 }
                offset = end
                return (magnitude, head.argument == 3)
            }
            head = try self.head(at: head.next)
        }
        return nil
    }

    func wide<Value: WideInteger>(
        _ type: Value.Type,
        _ magnitude: ArraySlice<UInt8>,
        isNegative: Bool,
        at offset: Int
    ) throws(CBORError) -> Value {
        if magnitude.count <= 16 {
            let argument = magnitude.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            if let value = Value(exactly: argument), !isNegative { return value }
            // -1 - n is the complement of n.
            if isNegative, let value = Value(exactly: argument), Value.isSigned { return ~value }
        }
        throw CBORError(.unrepresentable, "found a bignum of \(magnitude.count) bytes, which does not fit", at: offset)
    }

    func wide<Value: WideInteger>(_ type: Value.Type, _ number: Number, at offset: Int) throws(CBORError) -> Value {
        switch number {
        case .unsigned(let value): return Value(value)
        case .negative(let value) where Value.isSigned: return ~Value(value)
        default: throw unrepresentable(number, as: type, at: offset)
        }
    }
}
