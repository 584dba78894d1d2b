import CBOR
import Support
import Testing
import Wire

@testable import Transport

@Suite("Frames in a ring")
struct FrameStreamsTests {
    /// An array of 8-byte numbers for travel beside a frame.
    private func array(_ count: Int, _ seed: Int) throws -> NumberArray {
        let code = try #require((UInt8(0)...255).first { NumberArray.make(code: $0, byteCount: 8) != nil })
        let array = try #require(NumberArray.make(code: code, byteCount: 8 * count))
        array.bytes.copyBytes(from: pattern(8 * count, seed))
        return array
    }

    private func expect(_ arrived: FrameBuffer, equals sent: FrameBuffer, _ seed: UInt64) {
        #expect(Array(arrived.bytes) == Array(sent.bytes), "seed \(seed)")
        #expect(arrived.outOfBand.map(\.code) == sent.outOfBand.map(\.code), "seed \(seed)")
        for (left, right) in zip(arrived.outOfBand, sent.outOfBand) {
            #expect(left.bytes.elementsEqual(right.bytes), "seed \(seed)")
        }
    }

    @Test("Frames in a ring arrive whole and in order, larger than the ring and with arrays beside them")
    func anyFrames() throws {
        var random = SeededGenerator()
        let memory = RingMemory(size: 256)
        var (outgoing, incoming) = (OutgoingFrames(memory.ring), IncomingFrames(memory.ring))
        var sent: [FrameBuffer] = []
        for number in 0..<200 {
            let sizes = [0, 1, 7, 8, 100, 239, 240, 241, 256, 1000, 5000]
            let frame = frame(pattern(sizes.randomElement(using: &random) ?? 0, number))
            for place in 0..<[0, 0, 0, 1, 2, 20].randomElement(using: &random)! {
                frame.outOfBand.append(try array([1, 2, 31, 32, 400].randomElement(using: &random)!, number + place))
            }
            sent.append(frame)
        }
        var next = 0
        var arrived: [FrameBuffer] = []
        while arrived.count < sent.count {
            if next < sent.count, Bool.random(using: &random) {
                try outgoing.send(sent[next])
                next += 1
            } else {
                try outgoing.flush()
            }
            while let frame = try incoming.next() { arrived.append(frame) }
        }
        #expect(outgoing.isEmpty && !incoming.isInFrame)
        #expect(try incoming.next() == nil)
        for (arrived, sent) in zip(arrived, sent) { expect(arrived, equals: sent, random.seed) }
    }

    @Test("Frames in a ring do not keep the sender waiting, and tell the writer when there is room again")
    func room() throws {
        let memory = RingMemory(size: 64)
        var (outgoing, incoming) = (OutgoingFrames(memory.ring), IncomingFrames(memory.ring))
        #expect(try incoming.next() == nil && !incoming.isInFrame)
        try outgoing.send(frame(pattern(100)))
        #expect(!outgoing.isEmpty)
        #expect(try !outgoing.flush())
        var notes = 0
        #expect(try incoming.next { notes += 1 } == nil)
        #expect(notes == 1 && incoming.isInFrame)
        #expect(try outgoing.flush() && outgoing.isEmpty)
        let arrived = try #require(try incoming.next { notes += 1 })
        #expect(Array(arrived.bytes) == pattern(100))
        #expect(!incoming.isInFrame)
    }

    @Test("Frames in a ring arrive when their head comes byte by byte")
    func slowHead() throws {
        let memory = RingMemory(size: 256)
        var incoming = IncomingFrames(memory.ring)
        var writer = RingWriter(memory.ring)
        let sent = frame(pattern(10))
        sent.outOfBand = [try array(3, 1)]
        var bytes: [UInt8] = []
        for number in [UInt64(10), 1, 24, UInt64(sent.outOfBand[0].code)] {
            withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
        }
        bytes += pattern(10)
        bytes += sent.outOfBand[0].bytes
        for (place, byte) in bytes.enumerated() {
            #expect(try withUnsafeBytes(of: byte) { byte throws(WireError) in try writer.append(byte) } == 1)
            writer.publish()
            let arrived = try incoming.next()
            #expect((arrived != nil) == (place + 1 == bytes.count))
            #expect(incoming.isInFrame == (place + 1 < bytes.count))
            if let arrived { expect(arrived, equals: sent, 0) }
        }
    }

    /// Heads that no process writes: the size of a frame, the number of its arrays, the size and the code of one array.
    @Test(
        "Frames in a ring are refused if their head is damaged",
        arguments: [
            [UInt64.max, 0, 0, 0], [1 << 62, 0, 0, 0], [8, 256, 0, 0], [8, .max, 0, 0], [8, 1, 8, 255],
            [8, 1, 1 << 62, 0], [8, 1, .max, 0], [8, 1, 7, 0],
        ] as [[UInt64]]
    )
    func damagedHead(numbers: [UInt64]) throws {
        let memory = RingMemory(size: 256)
        var incoming = IncomingFrames(memory.ring)
        var writer = RingWriter(memory.ring)
        var head = numbers
        // The code of 8-byte numbers, where a code is not what is wrong.
        if numbers[1] == 1, numbers[3] == 0 { head[3] = UInt64(try array(1, 0).code) }
        let count = try head.withUnsafeBytes { bytes throws(WireError) in try writer.append(bytes) }
        #expect(count == 32)
        writer.publish()
        #expect(throws: WireError.self) { try incoming.next() }
    }
}
