extension Item {
    package func integer() throws(ItemError) -> Int64 {
        switch number {
        case .unsigned(let value)?:
            guard let integer = Int64(exactly: value) else { throw tooLarge("\(value)") }
            return integer
        case .negative(let value)?:
            guard value <= Int64.max else { throw tooLarge(value == .max ? "-18446744073709551616" : "-\(value + 1)") }
            return Int64(bitPattern: ~value)
        case .float?, nil:
            if kind == .integer { throw tooLarge("larger") }
            throw mismatch("an integer")
        }
    }

    /// Returns a floating-point number, or the nearest one of an integer.
    package func real() throws(ItemError) -> Double {
        guard let number, let value = Double(number) else {
            if kind == .integer { throw tooLarge("larger") }
            throw mismatch("a number")
        }
        return value
    }

    package func bool() throws(ItemError) -> Bool {
        var end = offset
        do { return try Bool.read(from: reader, at: &end) } catch { throw mismatch("a truth value") }
    }

    package func text() throws(ItemError) -> String {
        var end = offset
        do { return try reader.text(at: &end) } catch { throw mismatch("a string") }
    }

    /// Returns the bytes of a text, or those of a byte string that is not UTF-8 and has no zero byte. A file name that
    /// is not UTF-8 travels as such a byte string.
    package func textOrName() throws(ItemError) -> [UInt8] {
        guard kind == .bytes else { return Array(try text().utf8) }
        let bytes = try copiedBytes()
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) == nil else { throw mismatch("a string") }
        return bytes
    }

    /// Returns the content of a byte string in the message, or nil if it consists of several chunks.
    package func bytes() throws(ItemError) -> UnsafeRawBufferPointer? {
        guard kind == .bytes, let head = try? reader.untaggedHead(at: offset) else { throw mismatch("bytes") }
        guard !head.isIndefinite, let length = try? reader.length(of: head) else { return nil }
        return UnsafeRawBufferPointer(rebasing: message[head.next..<head.next + length])
    }

    /// Returns a copy of the content of a byte string.
    package func copiedBytes() throws(ItemError) -> [UInt8] {
        var end = offset
        do { return try reader.byteString(at: &end) } catch { throw mismatch("bytes") }
    }

    private var number: Number? {
        var end = offset
        return try? reader.number(at: &end)
    }

    private func tooLarge(_ value: String) -> ItemError {
        ItemError(code: .range, message: "has to fit into 64 bits with a sign, and is \(value)", offset: offset)
    }
}
