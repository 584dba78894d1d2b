package import Identities

/// One call within a frame or a queue: callable (varint), length (varint), arguments.
package struct TaskRecord {
    package let callable: CallableID
    package let arguments: UnsafeRawBufferPointer
}

extension FrameReader {
    package mutating func taskRecord() throws(WireError) -> TaskRecord {
        // The fast path for small calls, which most calls are: the callable and the length take one byte each.
        if let (callable, arguments) = shortRecord(below: 0x80) {
            return TaskRecord(callable: CallableID(Int(callable)), arguments: arguments)
        }
        let start = offset
        let callable = try varint()
        guard callable < 1 << 32 else { throw WireError("an impossible callable number", offset: start) }
        return TaskRecord(callable: CallableID(Int(callable)), arguments: try block())
    }

    /// Skips the next calls.
    package mutating func skipTaskRecords(_ count: Int) throws(WireError) {
        for _ in 0..<count { _ = try taskRecord() }
    }
}

extension FrameBuffer {
    package func append(callable: CallableID, arguments: UnsafeRawBufferPointer) {
        let length = arguments.count
        var end = extend(by: 2 * Varint.longest + length)
        // The fast path for small calls, as above.
        if callable.number | length < 0x80 {
            let number = UInt16(truncatingIfNeeded: callable.number | length << 8)
            end.storeBytes(of: number.littleEndian, as: UInt16.self)
            end += 2
        } else {
            end = Varint.store(UInt64(callable.number), at: end)
            end = Varint.store(UInt64(length), at: end)
        }
        if let source = arguments.baseAddress {
            if length == 8 {
                end.storeBytes(of: source.loadUnaligned(as: UInt64.self), as: UInt64.self)
            } else {
                end.copyMemory(from: source, byteCount: length)
            }
            end += length
        }
        truncate(to: end - base)
    }
}
