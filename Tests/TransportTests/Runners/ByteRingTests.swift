import Support
import Testing
import Wire

@testable import Transport

@Suite("A ring of bytes in shared memory")
struct ByteRingTests {
    private func append(_ bytes: [UInt8], to writer: inout RingWriter) throws -> Int {
        try bytes.withUnsafeBytes { bytes throws(WireError) in try writer.append(bytes) }
    }

    private func read(_ count: Int, from reader: inout RingReader) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let read = try bytes.withUnsafeMutableBytes { bytes throws(WireError) in try reader.read(into: bytes) }
        return Array(bytes.prefix(read))
    }

    @Test("A ring shows its reader only what its writer has published")
    func publishing() throws {
        let memory = RingMemory(size: 16)
        var (writer, reader) = (RingWriter(memory.ring), RingReader(memory.ring))
        #expect(try append([1, 2, 3], to: &writer) == 3)
        #expect(try reader.available == 0)
        #expect(try read(16, from: &reader) == [])
        writer.publish()
        #expect(try reader.available == 3)
        #expect(try read(2, from: &reader) == [1, 2])
        #expect(try read(2, from: &reader) == [3])
    }

    @Test("A ring takes no more bytes than fit until its reader has taken some")
    func full() throws {
        let memory = RingMemory(size: 16)
        var (writer, reader) = (RingWriter(memory.ring), RingReader(memory.ring))
        #expect(try append(pattern(20), to: &writer) == 16)
        #expect(try append([1], to: &writer) == 0)
        writer.publish()
        #expect(try read(5, from: &reader) == Array(pattern(5)))
        #expect(try append(pattern(20, 7), to: &writer) == 5)
        writer.publish()
        // The reader knows of the bytes that it saw first until it has taken them.
        #expect(try read(20, from: &reader) == Array(pattern(16)[5...]))
        #expect(try read(20, from: &reader) == pattern(5, 7))
    }

    @Test("A ring keeps the order of bytes that wrap around its end, in pieces of any size")
    func wrapAround() throws {
        var random = SeededGenerator()
        let memory = RingMemory(size: 64)
        // The positions overflow on the way.
        memory.put = UInt64.max - 1000
        memory.taken = UInt64.max - 1000
        var (writer, reader) = (RingWriter(memory.ring), RingReader(memory.ring))
        let bytes = pattern(10_000)
        var (sent, received): (Int, [UInt8]) = (0, [])
        while received.count < bytes.count {
            let piece = Int.random(in: 0...100, using: &random)
            sent += try append(Array(bytes[sent..<min(sent + piece, bytes.count)]), to: &writer)
            writer.publish()
            received += try read(.random(in: 0...100, using: &random), from: &reader)
        }
        #expect(received == bytes, "seed \(random.seed)")
    }

    @Test("A ring refuses positions that no process has written", arguments: [17, 1 << 63, UInt64.max])
    func impossiblePositions(offset: UInt64) throws {
        let memory = RingMemory(size: 16)
        var (writer, reader) = (RingWriter(memory.ring), RingReader(memory.ring))
        memory.put = offset
        #expect(throws: WireError.self) { try reader.available }
        #expect(throws: WireError.self) { try read(1, from: &reader) }
        memory.taken = offset
        // The writer looks at the reader's position when it seems to have no room.
        #expect(try append(pattern(16), to: &writer) == 16)
        #expect(throws: WireError.self) { try append([1], to: &writer) }
    }

    @Test("A ring goes on where an earlier end has left off")
    func attaching() throws {
        let memory = RingMemory(size: 16)
        var writer = RingWriter(memory.ring)
        #expect(try append(pattern(10), to: &writer) == 10)
        writer.publish()
        var reader = RingReader(memory.ring)
        #expect(try read(4, from: &reader) == Array(pattern(4)))
        var (second, next) = (RingWriter(memory.ring), RingReader(memory.ring))
        #expect(try append(pattern(20, 3), to: &second) == 10)
        second.publish()
        #expect(try read(20, from: &next) == Array(pattern(10)[4...]) + pattern(10 + 10, 3)[..<10])
    }
}
