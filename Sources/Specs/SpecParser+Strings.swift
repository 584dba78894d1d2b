extension SpecParser {
    /// Reads a string (RFC 8259, section 7) and appends it as CBOR text.
    ///
    /// If the string is not UTF-8, as in some file names, it is appended as a byte string.
    mutating func parseString() throws(Fault) {
        let start = offset
        offset += 1
        let content = offset
        var isASCII = true
        while let byte = peek, byte != .quote, byte != .backslash, byte >= .space {
            if byte >= 0x80 { isASCII = false }
            offset += 1
        }
        if peek == .quote {
            if isASCII {
                call.encoded.appendText(self[content..<offset])
            } else {
                call.encoded.appendTextOrBytes(self[content..<offset])
            }
            offset += 1
            return
        }
        // The length is known after all escapes have been read. The text is then moved behind its head.
        var text = Array(self[content..<offset])
        while let byte = peek, byte != .quote {
            switch byte {
            case .backslash: try parseEscape(&text)
            case ..<(.space):
                if byte == .newline { throw Fault(offset: start, message: "the string has no closing '\"'") }
                throw unexpectedCharacter("in a string; write it as an escape")
            default:
                let run = offset
                while let byte = peek, byte != .quote, byte != .backslash, byte >= .space { offset += 1 }
                text.append(contentsOf: self[run..<offset])
            }
        }
        guard peek == .quote else { throw Fault(offset: start, message: "the string has no closing '\"'") }
        offset += 1
        text.withUnsafeBytes { _ = call.encoded.appendTextOrBytes($0) }
    }

    private mutating func parseEscape(_ text: inout [UInt8]) throws(Fault) {
        let start = offset
        offset += 1
        guard let byte = peek else { throw expected("an escape") }
        offset += 1
        switch byte {
        case .quote, .backslash, .slash: text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(Character(try parseScalar(start)).utf8))
        default:
            throw Fault(offset: start, message: "unknown escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }
    }

    /// Reads the digits of one or, for a surrogate pair, two `\u` escapes.
    private mutating func parseScalar(_ start: Int) throws(Fault) -> Unicode.Scalar {
        let first = try parseHexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, peek == .backslash, byte(after: 1) == UInt8(ascii: "u") else {
            throw Fault(offset: start, message: "half of a surrogate pair")
        }
        offset += 2
        let second = try parseHexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw Fault(offset: start, message: "half of a surrogate pair") }
        return scalar
    }

    private mutating func parseHexadecimal() throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek?.hexadecimalDigit else { throw expected("a hexadecimal digit of '\\uXXXX'") }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}

extension UnsafeRawBufferPointer {
    /// The offset of the first byte that is not part of well-formed UTF-8 (RFC 3629, section 4); nil if there is none.
    var firstInvalidUTF8: Int? {
        var index = 0
        while index < count {
            let lead = self[index]
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0...0x7F: length = 1
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: length = 4
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return index
            }
            guard index + length <= count else { return index }
            for place in 1..<Swift.max(length, 2) where length > 1 {
                let allowed = place == 1 ? second : 0x80...0xBF
                guard allowed.contains(self[index + place]) else { return index }
            }
            index += length
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
