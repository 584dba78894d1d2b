extension Reader {
    /// Returns the number at `offset`: an integer, a floating-point number or a bignum that fits.
    @inline(__always)
    func number(at offset: inout Int) throws(CBORError) -> Number {
        let head = try head(at: offset)
        if head.major == .unsigned {
            offset = head.next
            return .unsigned(head.argument)
        }
        return try uncommonNumber(head, at: &offset)
    }

    private func uncommonNumber(_ outermost: Head, at offset: inout Int) throws(CBORError) -> Number {
        var head = outermost
        var start = offset
        if head.major == .tag {
            var end = offset
            if let (magnitude, isNegative) = try bignum(at: &end) {
                let number = try narrow(magnitude, isNegative: isNegative, at: offset)
                offset = end
                return number
            }
        }
        while head.major == .tag {
            start = head.next
            head = try self.head(at: start)
        }
        let number: Number
        switch head.major {
        case .unsigned:
            number = .unsigned(head.argument)
        case .negative:
            number = .negative(head.argument)
        default:
            guard head.major == .simple, let value = float(head) else { throw mismatch(at: start) }
            number = .float(value)
        }
        offset = head.next
        return number
    }

    /// Returns the floating-point number of a head of major type 7, or `nil` if it is another simple value.
    func float(_ head: Head) -> Double? {
        switch head.info {
        case 25: FloatBits.double(half: UInt16(truncatingIfNeeded: head.argument))
        case 26: FloatBits.double(single: UInt32(truncatingIfNeeded: head.argument))
        case 27: Double(bitPattern: head.argument)
        default: nil
        }
    }

    /// Returns a bignum (RFC 8949, section 3.4.3) that fits into 64 bits.
    private func narrow(
        _ magnitude: ArraySlice<UInt8>,
        isNegative: Bool,
        at offset: Int
    ) throws(CBORError) -> Number {
        guard magnitude.count <= 8 else {
            let message = "found a bignum of \(magnitude.count) bytes, which does not fit"
            throw CBORError(.unrepresentable, message, at: offset)
        }
        let argument = magnitude.reduce(0) { $0 << 8 | UInt64($1) }
        return isNegative ? .negative(argument) : .unsigned(argument)
    }
}
