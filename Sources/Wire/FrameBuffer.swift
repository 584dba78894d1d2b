package import CBOR
package import Identities

/// The bytes of one frame. They are written once and then read by many.
///
/// Results are decoded from the frame that brought them, on the thread that asks for them, so threads share a buffer.
///
/// The conformance to `Sendable` is unchecked because the compiler cannot see the rule that makes it safe: nobody
/// writes to a buffer after it has been handed over.
package final class FrameBuffer: @unchecked Sendable {
    // Only one thread writes, and no write is reentrant. Dynamic exclusivity checks would cost more than the writing.
    // The stored properties are private, because Swift 6.3 forgets `@exclusivity(unchecked)` where other modules use
    // them.
    @exclusivity(unchecked) private var start: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var length = 0
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private var arrays: [NumberArray] = []
    @exclusivity(unchecked) private var mayHaveArrays = false
    @exclusivity(unchecked) private var origin: WorkerID?
    /// The largest step by which a buffer grows, in bytes. Doubling a large buffer would leave most of it empty.
    private static let largestStep = 1 << 22

    package init(capacity: Int) {
        self.capacity = max(capacity, 64)
        start = Memory.allocate(self.capacity)
    }

    /// Makes a buffer of `count` bytes that the caller fills through `base`.
    ///
    /// - Throws: `WireError` if there is no memory for `count` bytes, a size that another process has announced.
    package init(receiving count: Int) throws(WireError) {
        self.capacity = max(count, 64)
        guard let base = Memory.allocateIfPossible(self.capacity) else {
            throw WireError("there is no memory for its \(count) bytes", offset: 0)
        }
        length = count
        start = base
    }

    deinit { Memory.free(start) }

    package var base: UnsafeMutableRawPointer { start }
    package var count: Int { length }

    /// Large arrays that travel with the frame, outside of its bytes.
    package var outOfBand: [NumberArray] {
        get { arrays }
        set { arrays = newValue }
    }

    /// The worker that has sent the frame; nil for a frame that was made in this process. Set before others see the frame.
    package var sender: WorkerID? {
        get { origin }
        set { origin = newValue }
    }

    /// The bytes that the frame and its out-of-band arrays take.
    package var memory: Int { arrays.reduce(length) { $0 + $1.bytes.count } }

    package var hasOutOfBandArrays: Bool { !arrays.isEmpty }

    package func append(outOfBand array: NumberArray) { arrays.append(array) }

    /// Whether a writer may add out-of-band arrays.
    package var mayHaveOutOfBandArrays: Bool {
        get { mayHaveArrays }
        set { mayHaveArrays = newValue }
    }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Returns the bytes with zeros behind them, for collective calls of MPI, to which all ranks give the same size.
    package func bytes(paddedTo size: Int) -> [UInt8] {
        Array(bytes) + [UInt8](repeating: 0, count: size - count)
    }

    /// Makes room for `extra` more bytes and counts them as written. Returns the address of the first one.
    @inline(__always)
    package func extend(by extra: Int) -> UnsafeMutableRawPointer {
        let end = length + extra
        if end > capacity, !grow(to: end) { fatalError("no memory for a frame of \(end) bytes") }
        defer { length = end }
        return start + length
    }

    /// Makes room for `extra` more bytes, a size that a user has chosen. Returns whether there is memory for them.
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

    /// Appends an unsigned number in LEB128: base 128, low groups first. A number below 128 takes one byte.
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
        precondition(length <= self.length)
        self.length = length
    }

    /// Enlarges the buffer. Returns false, and changes nothing, if there is no memory.
    @inline(never)
    private func grow(to needed: Int) -> Bool {
        // The 32 bytes leave room for the length of a large result, which is known only after its bytes have been
        // written.
        let newCapacity = max(needed + 32, min(capacity * 2, capacity + max(Self.largestStep, capacity / 4)))
        guard let larger = Memory.allocateIfPossible(newCapacity) else { return false }
        larger.copyMemory(from: start, byteCount: length)
        Memory.free(start)
        start = larger
        capacity = newCapacity
        return true
    }
}

extension FrameBuffer {
    /// Completes the length at `offset`, for which one byte was reserved: the number of bytes that follow.
    ///
    /// A length of several bytes moves the bytes that follow. That is cheap compared with writing them.
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
