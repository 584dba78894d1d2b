import Identities
import Support
import Testing
import Wire

@Suite("Numbers and blocks")
struct NumberTests {
    private static let edges: [UInt64] =
        (0..<64).flatMap { shift in
            let power = UInt64(1) << UInt64(shift)
            return [power - 1, power, power | 1]
        } + [.max]

    @Test("Numbers of base 128 come back, in the fewest bytes")
    func varint() throws {
        for number in Self.edges {
            let buffer = FrameBuffer(capacity: 0)
            buffer.append(varint: number)
            var reader = FrameReader(buffer.bytes)
            #expect(try reader.varint() == number)
            #expect(reader.isAtEnd)
            #expect(buffer.count == max(1, (64 - number.leadingZeroBitCount + 6) / 7))
        }
    }

    @Test("Numbers of base 128 with more than 64 bits are refused")
    func tooLong() {
        let bytes: [[UInt8]] = [
            [UInt8](repeating: 0x80, count: 9) + [0x02],
            [UInt8](repeating: 0xff, count: 10) + [0x01],
            [UInt8](repeating: 0x80, count: 100) + [0x01],
        ]
        for bytes in bytes {
            let frame = Frames.frame(bytes)
            #expect(throws: WireError.self) {
                var reader = FrameReader(frame.bytes)
                return try reader.varint()
            }
        }
    }

    @Test("Numbers of fixed width are little-endian")
    func fixed() throws {
        let buffer = FrameBuffer(capacity: 0)
        buffer.append(UInt32(0x0403_0201))
        buffer.append(UInt64(0x0c0b_0a09_0807_0605))
        #expect(Array(buffer.bytes) == [UInt8](1...12))
        var reader = FrameReader(buffer.bytes)
        #expect(try reader.number(UInt32.self) == 0x0403_0201)
        #expect(try reader.number(UInt64.self) == 0x0c0b_0a09_0807_0605)
    }

    @Test(
        "A length that is written late counts all that follows",
        arguments: [0, 1, 127, 128, 16_383, 16_384, 2_097_152]
    )
    func lateLength(count: Int) throws {
        let buffer = FrameBuffer(capacity: 0)
        buffer.append(byte: 42)
        let place = buffer.count
        buffer.append(byte: 0)
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        content.withUnsafeBytes { buffer.append($0) }
        buffer.setLength(at: place)
        var reader = FrameReader(buffer.bytes)
        #expect(try reader.byte() == 42)
        #expect(Array(try reader.block()) == content)
        #expect(reader.isAtEnd)
    }

    @Test("Text that is not UTF-8 is refused")
    func text() {
        for bytes in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]] as [[UInt8]] {
            let buffer = FrameBuffer(capacity: 0)
            bytes.withUnsafeBytes { buffer.append(block: $0) }
            #expect(throws: WireError.self) {
                var reader = FrameReader(buffer.bytes)
                return try reader.text()
            }
        }
    }

    @Test("A buffer keeps what is in it while it grows")
    func growth() {
        var random = SeededGenerator()
        let buffer = FrameBuffer(capacity: 0)
        var expected: [UInt8] = []
        for _ in 0..<500 {
            let piece = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            piece.withUnsafeBytes { buffer.append($0) }
            expected += piece
        }
        #expect(Array(buffer.bytes) == expected, "seed \(random.seed)")
        buffer.truncate(to: 10)
        #expect(Array(buffer.bytes) == Array(expected.prefix(10)))
    }

    /// Bytes that break a rule at a place that is not their beginning.
    private static let broken: [(bytes: [UInt8], offset: Int, reason: String)] = [
        ([7, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2], 11, "a number of more than 64 bits"),
        ([7, 2, 0x41, 0xFF], 1, "text that is not UTF-8"),
        ([7, 9, 0x41], 2, "the frame ends too early"),
        ([7], 1, "the frame ends too early"),
    ]

    @Test("An error names the byte where it is", arguments: broken)
    func offsets(bytes: [UInt8], offset: Int, reason: String) throws {
        let frame = Frames.frame(bytes)
        var reader = FrameReader(frame.bytes)
        _ = try reader.byte()
        let error = #expect(throws: WireError.self) { try reader.text() }
        #expect(error?.offset == offset)
        #expect(error?.reason == reason)
        #expect(error?.description == "malformed frame at byte \(offset): \(reason)")
    }

    @Test("An error in a record names the record's first byte")
    func recordOffsets() throws {
        let results = FrameBuffer(capacity: 0)
        results.append(UInt16(0))
        results.append(byte: 99)
        results.append(byte: 0)
        var reader = FrameReader(results.bytes)
        _ = try reader.resultRecord()
        let status = #expect(throws: WireError.self) { try reader.resultRecord() }
        #expect(status?.description == "malformed frame at byte 2: an unknown result status")

        let tasks = FrameBuffer(capacity: 0)
        tasks.append(callable: 1, arguments: UnsafeRawBufferPointer(start: nil, count: 0))
        tasks.append(varint: 1 << 32)
        reader = FrameReader(tasks.bytes)
        _ = try reader.taskRecord()
        let callable = #expect(throws: WireError.self) { try reader.taskRecord() }
        #expect(callable?.description == "malformed frame at byte 2: an impossible callable number")

        let definitions = FrameBuffer(capacity: 0)
        definitions.append(byte: 1)
        definitions.append(byte: 77)
        for _ in 0..<3 { definitions.append(byte: 0) }
        reader = FrameReader(definitions.bytes)
        let encoding = #expect(throws: WireError.self) { try reader.definitions() }
        #expect(encoding?.description == "malformed frame at byte 1: an unknown encoding")
    }
}
