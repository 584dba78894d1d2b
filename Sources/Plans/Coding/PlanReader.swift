internal import CBOR

/// The bytes of a value while a plan reads them.
///
/// A reader believes nothing that the bytes say: whatever they are, reading makes a sound value or throws.
struct PlanReader: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    /// The arrays that arrived out of band.
    let arrays: [NumberArray]

    private var stackGuard = StackGuard(depthLimit: CBORDecoder.defaultDepthLimit)
    private var depth = 0

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0, arrays: [NumberArray]) {
        self.bytes = bytes
        self.offset = offset
        self.arrays = arrays
    }

    var remaining: Int { bytes.count &- offset }

    func error(_ message: String) -> PlanError { PlanError(message: message, offset: offset) }

    /// Returns the place of the next bytes, and goes past them.
    @inline(__always)
    mutating func take(_ size: Int) throws(PlanError) -> UnsafeRawPointer {
        guard size <= remaining else { throw endsTooEarly() }
        // An empty buffer may have no address, and then nothing is read from it.
        let place = (bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped) + offset
        offset &+= size
        return place
    }

    @inline(never)
    private func endsTooEarly() -> PlanError { error("the value ends too early") }

    @inline(__always)
    mutating func byte() throws(PlanError) -> UInt8 { try take(1).load(as: UInt8.self) }

    /// Goes past a byte if it comes next. Returns whether it does.
    @inline(__always)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard remaining > 0, bytes[offset] == byte else { return false }
        offset &+= 1
        return true
    }

    /// Goes past some bytes if they come next. Returns whether they do.
    mutating func skip(_ head: [UInt8]) -> Bool {
        guard head.count <= remaining, bytes[offset..<offset + head.count].elementsEqual(head) else { return false }
        offset += head.count
        return true
    }

    /// Reads a number that is not negative.
    @inline(__always)
    mutating func count() throws(PlanError) -> Int {
        let first = try byte()
        if first < 0x80 { return Int(first) }
        return try largeCount(first)
    }

    @inline(never)
    private mutating func largeCount(_ first: UInt8) throws(PlanError) -> Int {
        var (number, shift) = (UInt64(first & 0x7F), UInt64(7))
        while true {
            let next = try byte()
            guard shift < 63 else { throw error("a number of more than 63 bits") }
            number |= UInt64(next & 0x7F) << shift
            shift += 7
            if next < 0x80 { break }
        }
        return Int(truncatingIfNeeded: number)
    }

    /// Reads the number of elements that follow, each of which takes at least `least` bytes.
    ///
    /// So memory for the elements is allocated only if there are bytes for them.
    @inline(__always)
    mutating func count(ofAtLeast least: Int) throws(PlanError) -> Int {
        let count = try count()
        guard count <= remaining / least else { throw endsTooEarly() }
        return count
    }

    @inline(__always)
    mutating func text() throws(PlanError) -> String {
        let count = try count()
        let start = try take(count)
        let source = UnsafeRawBufferPointer(start: start, count: count)
        var text = String(decoding: source, as: UTF8.self)
        // Decoding replaces bytes that are not UTF-8. So if the text has the same bytes, these were UTF-8.
        if !Self.isASCII(source), !Self.isUnchanged(&text, source) { throw notUTF8() }
        return text
    }

    @inline(__always)
    private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        let count = bytes.count
        var (bits, offset) = (UInt64(0), 0)
        while offset &+ 8 <= count {
            bits |= (start + offset).loadUnaligned(as: UInt64.self)
            offset &+= 8
        }
        while offset < count {
            bits |= UInt64(start.load(fromByteOffset: offset, as: UInt8.self))
            offset &+= 1
        }
        return bits & 0x8080_8080_8080_8080 == 0
    }

    @inline(never)
    private static func isUnchanged(_ text: inout String, _ source: UnsafeRawBufferPointer) -> Bool {
        text.withUTF8 { utf8 in
            UnsafeRawBufferPointer(utf8).elementsEqual(source)
        }
    }

    @inline(never)
    private func notUTF8() -> PlanError { error("a text is not UTF-8") }

    func checkEnd() throws(PlanError) {
        guard remaining == 0 else { throw error("bytes follow the value") }
    }
}

// MARK: - CBOR and depth

extension PlanReader {
    /// Reads a value in CBOR.
    mutating func cbor<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let count = try count()
        let start = try take(count)
        let bytes = UnsafeRawBufferPointer(start: start, count: count)
        return try CBORDecoder().decode(type, from: bytes, outOfBand: arrays)
    }

    /// Enters a value of a type that may contain itself.
    mutating func enter() throws {
        depth += 1
        guard stackGuard.allows(depth: depth) else {
            throw CBORError(.tooDeep, "values are nested too deeply", at: offset)
        }
    }

    mutating func leave() { depth -= 1 }
}
