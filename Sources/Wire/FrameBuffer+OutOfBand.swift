package import CBOR

/// The announcement of one out-of-band array that follows a frame.
///
/// The second byte of the frame is the number of arrays. The end of the frame has, for each array, the code of its
/// element type (u8) and its size in bytes (u64).
package struct ArrayAnnouncement: Equatable, Sendable {
    package let code: UInt8
    package let byteCount: UInt64

    package init(code: UInt8, byteCount: UInt64) {
        self.code = code
        self.byteCount = byteCount
    }

    /// Makes an array to receive into. The transport knows that `byteCount` bytes have arrived.
    ///
    /// - Throws: `WireError` if the announcement has another size or an unknown element type, or if there is no memory.
    package func makeArray(byteCount: Int) throws(WireError) -> NumberArray {
        guard Memory.isAvailable(byteCount) else {
            throw WireError("there is no memory for an array of \(byteCount) bytes", offset: 0)
        }
        guard UInt64(byteCount) == self.byteCount, let array = NumberArray.make(code: code, byteCount: byteCount) else {
            throw WireError("an array of \(byteCount) bytes arrived in place of the announced one", offset: 0)
        }
        Memory.preferHugePages(array.bytes)
        return array
    }
}

extension FrameBuffer {
    private static let announcementSize = 9

    /// Appends the announcements of the out-of-band arrays. A transport that moves bytes calls this once, before it
    /// sends the frame.
    package func announceArrays() {
        precondition(outOfBand.count <= OutOfBandArrays.most)
        for array in outOfBand {
            append(byte: array.code)
            append(UInt64(array.bytes.count))
        }
        store(UInt8(outOfBand.count), at: 1)
    }

    /// Removes the announcements from a frame that has arrived, and returns them. The result is empty if no array
    /// follows the frame.
    package func takeAnnouncedArrays() throws(WireError) -> [ArrayAnnouncement] {
        guard self.count >= 8, bytes[1] != 0 else { return [] }
        let start = self.count - Int(bytes[1]) * Self.announcementSize
        guard start >= 8 else { throw WireError("the frame is too short for the arrays that it announces", offset: 1) }
        var reader = FrameReader(bytes, at: start)
        var arrays: [ArrayAnnouncement] = []
        while !reader.isAtEnd { arrays.append(.init(code: try reader.byte(), byteCount: try reader.number())) }
        truncate(to: start)
        store(UInt8(0), at: 1)
        return arrays
    }
}
