package import CBOR

/// What a receiver is told of the arrays that follow a frame: the frame's second byte says how many there are, and at
/// its end stand, for each, the code of its type (u8) and its size in bytes (u64).
package struct ArrayAnnouncement: Equatable, Sendable {
    package let code: UInt8
    package let byteCount: UInt64

    /// An array to receive into, of `byteCount` bytes: as many as are known to be there.
    package func makeArray(byteCount: Int) throws(WireError) -> NumberArray {
        guard Memory.isAvailable(byteCount) else {
            throw WireError("there is no memory for an array of \(byteCount) bytes", offset: 0)
        }
        guard UInt64(byteCount) == self.byteCount, let array = NumberArray.make(code: code, byteCount: byteCount) else {
            throw WireError("an array of \(byteCount) bytes where another was announced", offset: 0)
        }
        Memory.preferHugePages(array.bytes)
        return array
    }
}

extension FrameBuffer {
    private static let announcementSize = 9

    /// Announces the arrays beside this frame, which is about to be sent over a transport that moves bytes.
    package func announceArrays() {
        precondition(outOfBand.count <= OutOfBandArrays.most)
        for array in outOfBand {
            append(byte: array.code)
            append(UInt64(array.bytes.count))
        }
        store(UInt8(outOfBand.count), at: 1)
    }

    /// Takes the announcement out of a frame that has arrived; empty if no array follows it.
    package func takeAnnouncedArrays() throws(WireError) -> [ArrayAnnouncement] {
        guard self.count >= 8, bytes[1] != 0 else { return [] }
        let start = self.count - Int(bytes[1]) * Self.announcementSize
        guard start >= 8 else { throw WireError("more arrays announced than bytes", offset: 1) }
        var reader = FrameReader(bytes, at: start)
        var arrays: [ArrayAnnouncement] = []
        while !reader.isAtEnd { arrays.append(.init(code: try reader.byte(), byteCount: try reader.number())) }
        truncate(to: start)
        store(UInt8(0), at: 1)
        return arrays
    }
}
