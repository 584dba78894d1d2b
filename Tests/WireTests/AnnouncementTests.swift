import CBOR
import Identities
import Testing
import Wire

@Suite("The announcement of out-of-band arrays")
struct AnnouncementTests {
    private func frame() throws -> FrameBuffer {
        let frame = TaskFrame.begin(executor: 7, sequence: 1, capacity: 0)
        frame.append(callable: 0, arguments: UnsafeRawBufferPointer(start: nil, count: 0))
        let outOfBand = OutOfBandArrays()
        _ = try CBOREncoder().encode([[UInt8](repeating: 1, count: 70_000)], outOfBand: outOfBand)
        _ = try CBOREncoder().encode([[Double](repeating: 1, count: 10_000)], outOfBand: outOfBand)
        frame.outOfBand = outOfBand.arrays
        return frame
    }

    private func copy(_ frame: FrameBuffer, count: Int? = nil) -> FrameBuffer {
        let copy = FrameBuffer(capacity: 0)
        copy.append(UnsafeRawBufferPointer(rebasing: frame.bytes[..<(count ?? frame.count)]))
        return copy
    }

    @Test("The announcement of out-of-band arrays says what follows, and leaves the frame as it was")
    func roundTrip() throws {
        let sent = try frame()
        let before = [UInt8](sent.bytes)
        sent.announceArrays()
        let received = copy(sent)
        let announced = try received.takeAnnouncedArrays()
        #expect(announced.map(\.byteCount) == [70_000, 80_000])
        #expect([UInt8](received.bytes) == before)
        let array = try announced[1].makeArray(byteCount: 80_000)
        #expect(array.bytes.count == 80_000 && array.code == sent.outOfBand[1].code)
    }

    @Test("The announcement of out-of-band arrays is refused if an array of another size comes, or it is cut off")
    func damage() throws {
        let sent = try frame()
        sent.announceArrays()
        let announced = try copy(sent).takeAnnouncedArrays()
        #expect(throws: WireError.self) { try announced[0].makeArray(byteCount: 69_999) }
        #expect(throws: WireError.self) { try copy(sent, count: 20).takeAnnouncedArrays() }
    }

    @Test("The announcement of out-of-band arrays is absent from a frame that has none")
    func none() throws {
        let frame = TaskFrame.begin(executor: 7, sequence: 1, capacity: 0)
        #expect(try frame.takeAnnouncedArrays().isEmpty)
        #expect(try FrameBuffer(capacity: 0).takeAnnouncedArrays().isEmpty)
    }
}
