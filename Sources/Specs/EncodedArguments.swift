// These functions write the few forms of CBOR (RFC 8949, section 3) that arguments use.

extension [UInt8] {
    /// Appends the head of a data item with an argument, in the fewest bytes.
    @inline(__always)
    mutating func appendHead(_ major: UInt8, _ argument: UInt64) {
        if argument < 24 {
            append(major | UInt8(argument))
        } else {
            appendLongHead(major, argument)
        }
    }

    private mutating func appendLongHead(_ major: UInt8, _ argument: UInt64) {
        if let byte = UInt8(exactly: argument) {
            append(major | 24)
            append(byte)
        } else if let short = UInt16(exactly: argument) {
            append(major | 25)
            appendBigEndian(short)
        } else if let word = UInt32(exactly: argument) {
            append(major | 26)
            appendBigEndian(word)
        } else {
            append(major | 27)
            appendBigEndian(argument)
        }
    }

    mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    @inline(__always)
    mutating func appendInteger(_ value: Int64) {
        appendHead(value < 0 ? 0x20 : 0x00, UInt64(bitPattern: value < 0 ? ~value : value))
    }

    /// Appends text, or a byte string if the bytes are not UTF-8, as in some file names.
    ///
    /// - Returns: Whether the bytes are text.
    @discardableResult
    mutating func appendTextOrBytes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let isText = bytes.firstInvalidUTF8 == nil
        appendHead(isText ? 0x60 : 0x40, UInt64(bytes.count))
        append(contentsOf: bytes)
        return isText
    }

    mutating func appendText(_ text: UnsafeRawBufferPointer) {
        appendHead(0x60, UInt64(text.count))
        append(contentsOf: text)
    }
}

extension ArraySlice<UInt8> {
    /// The content of a text or byte string with a definite length.
    var textContent: ArraySlice<UInt8> {
        let info = (first ?? 0) & 0x1F
        return dropFirst(info < 24 ? 1 : 1 + 1 << (Int(info) - 24))
    }
}
