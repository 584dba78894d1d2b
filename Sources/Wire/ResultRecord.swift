/// One result within a frame: status (u8), length (varint), so many bytes.
extension FrameBuffer {
    /// Leaves room for what stands before a result's bytes, of which most have a length of one byte; returns where.
    package func beginResult() -> Int {
        let start = count
        _ = extend(by: 2)
        return start
    }

    /// Completes the result that began at `start`: its bytes are those behind it.
    package func endResult(_ status: ResultStatus, at start: Int) {
        let place = base + start
        place.storeBytes(of: status.rawValue, as: UInt8.self)
        let length = count - start - 2
        if length < 0x80 {
            (place + 1).storeBytes(of: UInt8(truncatingIfNeeded: length), as: UInt8.self)
        } else {
            setLength(at: start + 1)
        }
    }

    /// Copies a result that is the bytes of a trivial value of `size` bytes; false if it is something else.
    package func copyTrivialResult(at offset: Int, to place: UnsafeMutableRawPointer, _ size: Int) -> Bool {
        // Small values, as most are, without further ado.
        if size < 0x80, offset + 2 + size <= count {
            let head = base + offset
            guard head.load(as: UInt8.self) == ResultStatus.trivialValue.rawValue,
                (head + 1).load(as: UInt8.self) == UInt8(truncatingIfNeeded: size)
            else { return false }
            if size == 8 {
                place.storeBytes(of: (head + 2).loadUnaligned(as: UInt64.self), as: UInt64.self)
            } else {
                place.copyMemory(from: head + 2, byteCount: size)
            }
            return true
        }
        var reader = FrameReader(bytes, at: offset)
        guard let (status, value) = try? reader.resultRecord(), status == .trivialValue, value.count == size else {
            return false
        }
        if let source = value.baseAddress { place.copyMemory(from: source, byteCount: size) }
        return true
    }
}
