package import Identities

/// One call within a frame or a queue: callable (varint), length (varint), arguments.
package struct TaskRecord {
    package let callable: CallableID
    package let arguments: UnsafeRawBufferPointer
}

extension FrameReader {
    package mutating func taskRecord() throws(WireError) -> TaskRecord {
        let start = offset
        let callable = try varint()
        guard callable < 1 << 32 else { throw WireError("an impossible callable number", offset: start) }
        return TaskRecord(callable: CallableID(Int(callable)), arguments: try block())
    }
}

extension FrameBuffer {
    package func append(callable: CallableID, arguments: UnsafeRawBufferPointer) {
        var end = extend(by: 2 * Varint.longest + arguments.count)
        end = Varint.store(UInt64(callable.number), at: end)
        end = Varint.store(UInt64(arguments.count), at: end)
        if let source = arguments.baseAddress {
            end.copyMemory(from: source, byteCount: arguments.count)
            end += arguments.count
        }
        truncate(to: end - base)
    }
}
