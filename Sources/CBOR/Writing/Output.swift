/// Bytes being written: a growing array, and before it a small fixed buffer that takes the short writes.
///
/// Offsets count from the start of `bytes`, over what is still in the buffer.
struct Output {
    private(set) var bytes: [UInt8]
    private let scratch: UnsafeMutableRawBufferPointer
    private var used = 0

    /// - Parameter scratch: memory of at least `leastScratch` bytes which outlives the output.
    init(appendingTo bytes: consuming [UInt8], scratch: UnsafeMutableRawBufferPointer) {
        precondition(scratch.count >= Output.leastScratch)
        self.bytes = bytes
        self.scratch = scratch
    }

    static let leastScratch = 16

    /// The offset at which the next byte goes.
    @inline(__always)
    var offset: Int { bytes.count &+ used }

    /// Goes on writing behind other bytes.
    ///
    /// - Returns: what was written so far.
    mutating func exchange(_ other: consuming [UInt8]) -> [UInt8] {
        flush()
        let former = bytes
        bytes = other
        return former
    }

    mutating func truncate(to offset: Int) {
        if offset >= bytes.count {
            used = offset - bytes.count
        } else {
            bytes.removeLast(bytes.count - offset)
            used = 0
        }
    }

    @inline(__always)
    mutating func writeByte(_ byte: UInt8) {
        room(1).storeBytes(of: byte, as: UInt8.self)
        used &+= 1
    }

    /// Writes the shortest head for an argument.
    @inline(__always)
    mutating func writeHead(_ major: MajorType, _ argument: UInt64) {
        used &+= Head.store(major, argument, to: room(Head.longest))
    }

    @inline(__always)
    mutating func writeHead(_ major: MajorType, count: Int) {
        writeHead(major, UInt64(truncatingIfNeeded: count))
    }

    /// Writes an initial byte and the argument of fixed width behind it.
    @inline(__always)
    mutating func write<I: FixedWidthInteger>(_ initial: UInt8, _ argument: I) {
        let target = room(Head.longest)
        target.storeBytes(of: initial, as: UInt8.self)
        target.storeBytes(of: argument.bigEndian, toByteOffset: 1, as: I.self)
        used &+= 1 &+ MemoryLayout<I>.size
    }

    @inline(__always)
    mutating func writeText(_ text: String) {
        var text = text
        text.withUTF8 { characters in
            writeHead(.text, count: characters.count)
            writeRaw(UnsafeRawBufferPointer(characters))
        }
    }

    /// Writes a byte string.
    mutating func writeBytes(_ content: UnsafeRawBufferPointer) {
        writeHead(.bytes, count: content.count)
        writeRaw(content)
    }

    @inline(__always)
    mutating func writeRaw(_ content: UnsafeRawBufferPointer) {
        if content.count <= scratch.count &- used {
            guard let source = content.baseAddress else { return }
            position.copyMemory(from: source, byteCount: content.count)
            used &+= content.count
        } else {
            writeLong(content)
        }
    }

    /// The byte at an offset that has been written.
    func byte(at offset: Int) -> UInt8 {
        offset >= bytes.count ? scratch[offset - bytes.count] : bytes[offset]
    }

    /// Replaces the byte at an offset that has been written.
    @inline(__always)
    mutating func patch(_ byte: UInt8, at offset: Int) {
        let place = offset &- bytes.count
        if place >= 0 {
            scratch[place] = byte
        } else {
            bytes[offset] = byte
        }
    }

    @inline(__always)
    private var position: UnsafeMutableRawPointer {
        // `init` has checked that the buffer is not empty, so it has an address.
        scratch.baseAddress.unsafelyUnwrapped + used
    }

    @inline(__always)
    private mutating func room(_ count: Int) -> UnsafeMutableRawPointer {
        if count > scratch.count &- used { flush() }
        return position
    }

    @inline(never)
    private mutating func writeLong(_ content: UnsafeRawBufferPointer) {
        flush()
        bytes.append(contentsOf: content.assumingMemoryBound(to: UInt8.self))
    }

    @inline(never)
    private mutating func flush() {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: scratch[..<used]).assumingMemoryBound(to: UInt8.self))
        used = 0
    }
}

extension Output {
    /// A good size of the buffer for short writes, which is on the stack.
    static let scratchSize = 1024

    /// Calls `body` with an output that appends to `bytes`.
    static func write(
        appendingTo bytes: inout [UInt8],
        scratchSize: Int = scratchSize,
        _ body: (inout Output) -> Void
    ) {
        var owned: [UInt8] = []
        swap(&owned, &bytes)
        withUnsafeTemporaryAllocation(byteCount: scratchSize, alignment: 1) { scratch in
            var output = Output(appendingTo: owned, scratch: scratch)
            owned = []
            body(&output)
            bytes = output.exchange([])
        }
    }
}
