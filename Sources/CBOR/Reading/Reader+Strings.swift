extension Reader {
    /// Reads the text string at `offset`, of definite or indefinite length, tagged or not.
    func text(at offset: inout Int) throws(CBORError) -> String {
        let head = try head(at: offset)
        if head.major == .text && !head.isIndefinite {
            let length = try length(of: head)
            let text = try text(in: head.next..<head.next + length)
            offset = head.next + length
            return text
        }
        return try uncommonText(at: &offset)
    }

    private func uncommonText(at offset: inout Int) throws(CBORError) -> String {
        let head = try untaggedHead(at: offset)
        guard head.major == .text else { throw mismatch(at: offset) }
        var text = ""
        var end = head.next
        if head.isIndefinite {
            try forEachChunk(of: .text, from: &end) { range throws(CBORError) in
                // A character may not be split between chunks (RFC 8949, section 3.2.3).
                text += try self.text(in: range)
            }
        } else {
            end += try length(of: head)
            text = try self.text(in: head.next..<end)
        }
        offset = end
        return text
    }

    /// Reads the byte string at `offset`, of definite or indefinite length, tagged or not.
    func byteString(at offset: inout Int) throws(CBORError) -> [UInt8] {
        let head = try untaggedHead(at: offset)
        guard head.major == .bytes else { throw mismatch(at: offset) }
        var end = head.next
        var string: [UInt8] = []
        if head.isIndefinite {
            try forEachChunk(of: .bytes, from: &end) { range throws(CBORError) in
                string += bytes[range]
            }
        } else {
            end += try length(of: head)
            string = [UInt8](bytes[head.next..<end])
        }
        offset = end
        return string
    }

    /// Calls `body` with the bytes of each chunk of an indefinite-length string, whose first chunk is at `offset`.
    func forEachChunk(
        of major: MajorType,
        from offset: inout Int,
        _ body: (Range<Int>) throws(CBORError) -> Void
    ) throws(CBORError) {
        while try !isBreak(at: offset) {
            let chunk = try head(at: offset)
            guard chunk.major == major, !chunk.isIndefinite else {
                let message = "a chunk of an indefinite-length string is not a definite-length string of its kind"
                throw CBORError(.malformed, message, at: offset)
            }
            let end = chunk.next + (try length(of: chunk))
            try body(chunk.next..<end)
            offset = end
        }
        offset += 1
    }

    @inline(__always)
    func text(in range: Range<Int>) throws(CBORError) -> String {
        // Decoding replaces bytes that are not UTF-8. So if the text has the same bytes as the input, these were UTF-8.
        // This takes a fraction of the time of `String(validating:as:)`.
        var text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
        let isUnchanged = text.withUTF8 { $0.count == range.count && isEqual($0, at: range.lowerBound) }
        guard isUnchanged else { throw invalidUTF8(range) }
        return text
    }

    /// Checks that text is UTF-8, even if nobody has asked for it.
    func validateText(in range: Range<Int>) throws(CBORError) {
        var high: UInt8 = 0
        for offset in range { high |= bytes[offset] }
        if high >= 0x80 { _ = try text(in: range) }
    }

    @inline(__always)
    func isEqual(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<text.count { difference |= text[index] ^ bytes[offset &+ index] }
        return difference == 0
    }

    func isEqual(_ left: Int, _ right: Int, count: Int) -> Bool {
        isEqual(
            UnsafeRawBufferPointer(rebasing: bytes[left..<left + count]).assumingMemoryBound(to: UInt8.self),
            at: right
        )
    }

    @inline(never)
    private func invalidUTF8(_ range: Range<Int>) -> CBORError {
        CBORError(.invalidUTF8, "a text string is not UTF-8", at: range.lowerBound)
    }
}
