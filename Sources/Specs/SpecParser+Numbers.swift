/// A number as it was written. It is exact for integers of 64 bits, signed or not.
enum WrittenNumber {
    case signed(Int64)
    /// Above `Int64.max`.
    case unsigned(UInt64)
    case float(Double)

    var integer: Int64? {
        if case .signed(let value) = self { value } else { nil }
    }
}

extension SpecParser {
    /// Reads a number, or a range that begins with it.
    mutating func parseNumberOrRange() throws(Fault) {
        let position = offset
        let number = try parseNumber()
        if let range = try parseRange(from: number, position) {
            if isInsideEach {
                throw Fault(offset: position, message: "a range cannot stand inside an array of '\(enclosingWord)'")
            }
            addHole(range, .together, position: position)
            return
        }
        switch number {
        case .signed(let value): call.encoded.appendInteger(value)
        case .unsigned(let value): call.encoded.appendHead(0x00, value)
        case .float(let value):
            call.encoded.append(0xFB)
            call.encoded.appendBigEndian(value.bitPattern)
        }
    }

    /// Reads a number (RFC 8259, section 6). The dots of a range are not part of it.
    mutating func parseNumber() throws(Fault) -> WrittenNumber {
        let start = offset
        if peek == .minus { offset += 1 }
        let isNegative = offset > start
        guard let first = peek, first.isDigit else { throw expected("a digit") }
        var magnitude: UInt64 = 0
        var overflows = false
        while let byte = peek, byte.isDigit {
            let (product, isTooLarge) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carries) = product.addingReportingOverflow(UInt64(byte & 0x0F))
            overflows = overflows || isTooLarge || carries
            magnitude = sum
            offset += 1
        }
        if first == .zero, offset > start + (isNegative ? 2 : 1) {
            throw Fault(offset: start, message: "a number does not begin with a superfluous 0")
        }
        let isInteger = try skipFractionAndExponent()
        if let byte = peek, byte == 0x5F || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte >= 0x80 {
            throw unexpectedCharacter("in a number")
        }
        guard isInteger, !overflows else { return try parseFloat(start) }
        if !isNegative { return magnitude > UInt64(Int64.max) ? .unsigned(magnitude) : .signed(Int64(magnitude)) }
        guard magnitude <= Int64.min.magnitude else { return try parseFloat(start) }
        return .signed(Int64(truncatingIfNeeded: 0 &- magnitude))
    }

    /// Skips a fraction and an exponent. Returns true if there is neither.
    private mutating func skipFractionAndExponent() throws(Fault) -> Bool {
        var isInteger = true
        if peek == .dot, byte(after: 1) != .dot {
            isInteger = false
            offset += 1
            guard peek?.isDigit == true else { throw expected("a digit after the decimal point") }
            while peek?.isDigit == true { offset += 1 }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isInteger = false
            offset += 1
            if peek == UInt8(ascii: "+") || peek == .minus { offset += 1 }
            guard peek?.isDigit == true else { throw expected("a digit of the exponent") }
            while peek?.isDigit == true { offset += 1 }
        }
        return isInteger
    }

    private func parseFloat(_ start: Int) throws(Fault) -> WrittenNumber {
        guard let value = Double(String(decoding: self[start..<offset], as: UTF8.self)), value.isFinite else {
            throw Fault(offset: start, message: "the number is too large")
        }
        return .float(value)
    }
}
