/// Reads the fields of a frame in order. It never reads beyond the end of the frame.
package struct FrameReader {
    package let bytes: UnsafeRawBufferPointer
    package private(set) var offset: Int

    package init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    package var remaining: Int { bytes.count - offset }
    package var isAtEnd: Bool { offset == bytes.count }

    @inline(__always)
    package mutating func byte() throws(WireError) -> UInt8 {
        guard offset < bytes.count else { throw truncated() }
        defer { offset += 1 }
        return bytes[offset]
    }

    package mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type = Number.self
    ) throws(WireError) -> Number {
        guard remaining >= MemoryLayout<Number>.size else { throw truncated() }
        defer { offset += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    @inline(__always)
    package mutating func varint() throws(WireError) -> UInt64 {
        let first = try byte()
        return first < 0x80 ? UInt64(first) : try varint(after: first)
    }

    @inline(never)
    private mutating func varint(after first: UInt8) throws(WireError) -> UInt64 {
        var value = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        while true {
            let next = try byte()
            guard shift < 63 || (shift == 63 && next <= 1) else {
                throw WireError("a number of more than 64 bits", offset: offset)
            }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    /// Reads a number of bytes that follow in the frame.
    ///
    /// - Throws: `WireError` if fewer bytes are left.
    @inline(__always)
    package mutating func length() throws(WireError) -> Int {
        let value = try varint()
        guard value <= UInt64(remaining) else { throw truncated() }
        return Int(value)
    }

    @inline(__always)
    package mutating func block() throws(WireError) -> UnsafeRawBufferPointer {
        let count = try length()
        return try take(count)
    }

    @inline(__always)
    package mutating func take(_ count: Int) throws(WireError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw truncated() }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    /// Reads a byte below `limit` and a block of less than 128 bytes, the form of most records. Returns nil, and reads
    /// nothing, if something else follows.
    @inline(__always)
    mutating func shortRecord(below limit: UInt8) -> (head: UInt8, block: UnsafeRawBufferPointer)? {
        guard let base = bytes.baseAddress, remaining >= 2 else { return nil }
        let place = base + offset
        let (head, count) = (place.load(as: UInt8.self), (place + 1).load(as: UInt8.self))
        guard head < limit, count < 0x80, remaining - 2 >= Int(count) else { return nil }
        offset += 2 + Int(count)
        return (head, UnsafeRawBufferPointer(start: place + 2, count: Int(count)))
    }

    package mutating func text() throws(WireError) -> String {
        let start = offset
        let block = try block()
        guard let text = String(validating: block, as: UTF8.self) else {
            throw WireError("text that is not UTF-8", offset: start)
        }
        return text
    }

    private func truncated() -> WireError { WireError("the frame ends too early", offset: offset) }
}

/// The error of a frame that breaks the rules of the wire format (`Docs/WireFormat.md`).
package struct WireError: Error, CustomStringConvertible, Sendable {
    package let reason: String
    package let offset: Int

    package init(_ reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "malformed frame at byte \(offset): \(reason)" }
}
