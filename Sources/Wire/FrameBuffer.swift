package import CBOR

/// The bytes of one frame: written once, then read by many.
///
/// A frame that arrives is kept as it came, and results are decoded from it on the thread that asks for them. So a
/// buffer is shared between threads, and nobody writes to it after it has been handed over: that is what the
/// `unchecked` conformance rests on.
package final class FrameBuffer: @unchecked Sendable {
    // One thread writes, and never from within a write: the checks for that would cost more than the writing.
    @exclusivity(unchecked) package private(set) var base: UnsafeMutableRawPointer
    @exclusivity(unchecked) package private(set) var count = 0
    @exclusivity(unchecked) private var capacity: Int
    /// Large arrays that travel with the frame, and are not in it.
    @exclusivity(unchecked) package var outOfBand: [NumberArray] = []
    /// Whether whoever writes to this buffer may put arrays beside it.
    @exclusivity(unchecked) package var mayHaveOutOfBandArrays = false
    /// Large buffers grow by less than their double: most of that would stay empty.
    private static let largestStep = 1 << 22

    package init(capacity: Int) {
        self.capacity = max(capacity, 64)
        base = Memory.allocate(self.capacity)
    }

    /// A buffer of `count` bytes that the caller fills through `base`.
    ///
    /// - Throws: `WireError` if there is no memory for the size, which another process has announced.
    package init(receiving count: Int) throws(WireError) {
        self.capacity = max(count, 64)
        guard let base = Memory.allocateIfPossible(self.capacity) else {
            throw WireError("there is no memory for its \(count) bytes", offset: 0)
        }
        self.count = count
        self.base = base
    }

    deinit { Memory.free(base) }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Makes room for `extra` more bytes and counts them as written; returns where they begin.
    @inline(__always)
    package func extend(by extra: Int) -> UnsafeMutableRawPointer {
        let start = count
        if start + extra > capacity, !grow(to: start + extra) {
            fatalError("no memory for a frame of \(start + extra) bytes")
        }
        count = start + extra
        return base + start
    }

    /// Makes room for `extra` more bytes, which a user has asked for; returns whether there is memory for them.
    package func reserve(_ extra: Int) -> Bool {
        let (needed, overflows) = count.addingReportingOverflow(extra)
        guard !overflows, needed < Int.max / 2 else { return false }
        return needed <= capacity || grow(to: needed)
    }

    package func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        extend(by: bytes.count).copyMemory(from: source, byteCount: bytes.count)
    }

    package func append(byte: UInt8) {
        extend(by: 1).storeBytes(of: byte, as: UInt8.self)
    }

    package func append<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        extend(by: MemoryLayout<Number>.size).storeBytes(of: number.littleEndian, as: Number.self)
    }

    /// Appends an unsigned number in base 128, low groups first: one byte below 128.
    package func append(varint number: UInt64) {
        let start = extend(by: Varint.longest)
        truncate(to: Varint.store(number, at: start) - base)
    }

    package func append(text: String) {
        var text = text
        text.withUTF8 {
            append(varint: UInt64($0.count))
            append(UnsafeRawBufferPointer($0))
        }
    }

    package func append(block: UnsafeRawBufferPointer) {
        append(varint: UInt64(block.count))
        append(block)
    }

    /// Overwrites a number that was appended earlier.
    package func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= count)
        (base + offset).storeBytes(of: number.littleEndian, as: Number.self)
    }

    @inline(__always)
    package func truncate(to length: Int) {
        precondition(length <= count)
        count = length
    }

    /// Returns false if there is no memory; then all is as it was.
    @inline(never)
    private func grow(to needed: Int) -> Bool {
        // A little more than is needed, for the length of a large result that is known when its bytes are there.
        let newCapacity = max(needed + 32, min(capacity * 2, capacity + max(Self.largestStep, capacity / 4)))
        guard let larger = Memory.allocateIfPossible(newCapacity) else { return false }
        larger.copyMemory(from: base, byteCount: count)
        Memory.free(base)
        base = larger
        capacity = newCapacity
        return true
    }
}

extension FrameBuffer {
    /// Completes a length that was left as one byte at `offset`: it counts all that follows.
    ///
    /// A longer number moves what follows, which costs little beside the making of so many bytes.
    package func setLength(at offset: Int) {
        let length = count - offset - 1
        guard length >= 0x80 else { return store(UInt8(length), at: offset) }
        var size = 1
        while length >> (7 * size) > 0 { size += 1 }
        _ = extend(by: size - 1)
        (base + offset + size).copyMemory(from: base + offset + 1, byteCount: length)
        for position in 0..<size {
            let group = UInt8(truncatingIfNeeded: length >> (7 * position)) & 0x7f
            store(position == size - 1 ? group : group | 0x80, at: offset + position)
        }
    }
}
