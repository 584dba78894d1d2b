/// Results within a frame. The record of a result is its status (u8), its length (varint), and that many bytes.
extension FrameBuffer {
    /// Leaves room for the status and a length of one byte, which is enough for most results. Returns the offset of the
    /// record.
    package func beginResult() -> Int {
        let start = count
        _ = extend(by: 2)
        return start
    }

    /// Completes the record that begins at `start`. Its bytes are those that have been written behind it.
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

    /// Returns whether the record at `offset` is a value by the plan of its type.
    @inline(__always)
    package func isPlannedResult(at offset: Int) -> Bool {
        offset < count && (base + offset).load(as: UInt8.self) == ResultStatus.plannedValue.rawValue
    }

    /// Returns whether the record at `offset` is a value as its bytes or by the plan of its type.
    package func isQuickResult(at offset: Int) -> Bool {
        guard offset < count, let status = ResultStatus(rawValue: (base + offset).load(as: UInt8.self)) else {
            return false
        }
        return status == .trivialValue || status == .plannedValue
    }

    /// Copies a result of `size` bytes of a trivial type to `place`. Returns false, and copies nothing, if the result
    /// is something else.
    package func copyTrivialResult(at offset: Int, to place: UnsafeMutableRawPointer, _ size: Int) -> Bool {
        // The fast path for small values, which most results are.
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
