internal import CBOR
internal import DequeModule
internal import Wire

/// The head of a frame in a ring: its size (u64) and the number of its out-of-band arrays (u64). For each array its
/// size (u64) and the code of its elements (u64) follow, then the frame, then the arrays.
private enum StreamHead {
    static let size = 16

    static func make(_ frame: FrameBuffer) -> FrameBuffer {
        let head = FrameBuffer(capacity: size * (1 + frame.outOfBand.count))
        head.append(UInt64(frame.count))
        head.append(UInt64(frame.outOfBand.count))
        for array in frame.outOfBand {
            head.append(UInt64(array.bytes.count))
            head.append(UInt64(array.code))
        }
        return head
    }
}

/// The frames on their way into a ring. Frames that do not fit wait here, so that no sender waits.
struct OutgoingFrames {
    private struct Item {
        let head: FrameBuffer
        let frame: FrameBuffer
        /// The part that is being written: 0 is the head, 1 the frame, and then the arrays.
        var part = 0
        var written = 0

        func bytes(of part: Int) -> UnsafeRawBufferPointer? {
            switch part {
            case 0: head.bytes
            case 1: frame.bytes
            default: part - 2 < frame.outOfBand.count ? UnsafeRawBufferPointer(frame.outOfBand[part - 2].bytes) : nil
            }
        }
    }

    private var writer: RingWriter
    private var items: Deque<Item> = []

    init(_ ring: ByteRing) { writer = RingWriter(ring) }

    var isEmpty: Bool { items.isEmpty }

    /// Adds a frame, and writes as much as the ring takes.
    mutating func send(_ frame: FrameBuffer) throws(WireError) {
        items.append(Item(head: StreamHead.make(frame), frame: frame))
        try flush()
    }

    /// Writes as much as the ring takes.
    ///
    /// - Returns: Whether anything was written.
    @discardableResult
    mutating func flush() throws(WireError) -> Bool {
        var hasWritten = false
        defer { if hasWritten { writer.publish() } }
        while var item = items.first {
            while let bytes = item.bytes(of: item.part) {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[item.written...])
                let count = try writer.append(rest)
                if count > 0 { hasWritten = true }
                item.written += count
                guard count == rest.count else {
                    items[0] = item
                    return hasWritten
                }
                item.part += 1
                item.written = 0
            }
            items.removeFirst()
        }
        return hasWritten
    }
}

/// The frames that come out of a ring.
struct IncomingFrames {
    private var reader: RingReader
    /// The memory for the head, and later for the sizes of arrays.
    private var head: FrameBuffer?
    private var headFilled = 0
    private var frame: FrameBuffer?
    /// The part that is being read: 0 is the frame, and then the arrays.
    private var part = 0
    private var filled = 0

    init(_ ring: ByteRing) { reader = RingReader(ring) }

    /// Whether a frame has arrived in part.
    var isInFrame: Bool { frame != nil || headFilled > 0 }

    /// Returns the next complete frame, or nil if there is none yet.
    ///
    /// - Parameter note: Called when bytes were taken out of a ring, so that the writer may go on.
    mutating func next(note: () -> Void = {}) throws(WireError) -> FrameBuffer? {
        if frame == nil {
            guard try beginFrame() else { return nil }
        }
        guard let frame else { return nil }
        while part <= frame.outOfBand.count {
            let memory =
                part == 0
                ? UnsafeMutableRawBufferPointer(start: frame.base, count: frame.count) : frame.outOfBand[part - 1].bytes
            while filled < memory.count {
                let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[filled...]))
                guard count > 0 else {
                    note()
                    return nil
                }
                filled += count
            }
            part += 1
            filled = 0
        }
        if !frame.outOfBand.isEmpty { note() }
        self.frame = nil
        part = 0
        return frame
    }

    /// Reads the head of a frame. Returns false if it has not arrived as a whole.
    private mutating func beginFrame() throws(WireError) -> Bool {
        let head: FrameBuffer
        if let begun = self.head {
            head = begun
        } else {
            guard try reader.available > 0 else { return false }
            head = try FrameBuffer(receiving: StreamHead.size)
            self.head = head
        }
        guard try fill(head, to: StreamHead.size) else { return false }
        var fields = FrameReader(head.bytes)
        let announced = try fields.number(UInt64.self)
        let arrayCount = try fields.number(UInt64.self)
        guard let size = Int(exactly: announced), size < Int.max / 2, arrayCount <= OutOfBandArrays.most else {
            throw WireError("no frame has \(announced) bytes and \(arrayCount) arrays", offset: 0)
        }
        let headSize = StreamHead.size * (1 + Int(arrayCount))
        if head.count < headSize { _ = head.extend(by: headSize - head.count) }
        guard try fill(head, to: headSize) else { return false }
        let frame = try FrameBuffer(receiving: size)
        fields = FrameReader(head.bytes, at: StreamHead.size)
        for _ in 0..<arrayCount {
            let byteCount = try fields.number(UInt64.self)
            let code = UInt8(truncatingIfNeeded: try fields.number(UInt64.self))
            guard let count = Int(exactly: byteCount) else { throw WireError("an impossible array", offset: 0) }
            frame.outOfBand.append(try ArrayAnnouncement(code: code, byteCount: byteCount).makeArray(byteCount: count))
        }
        self.frame = frame
        self.head = nil
        headFilled = 0
        filled = 0
        return true
    }

    private mutating func fill(_ buffer: FrameBuffer, to count: Int) throws(WireError) -> Bool {
        while headFilled < count {
            let memory = UnsafeMutableRawBufferPointer(start: buffer.base + headFilled, count: count - headFilled)
            let read = try reader.read(into: memory)
            guard read > 0 else { return false }
            headFilled += read
        }
        return true
    }
}
