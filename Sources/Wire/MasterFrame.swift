package import Identities

/// What a master sends to a worker.
package enum MasterFrame: Sendable {
    /// An executor begins. If it has an initializer, the worker runs it before any of the executor's tasks.
    case open(OpenFrame)
    /// A batch of tasks.
    case tasks(TaskFrame)
    /// An executor has ended: nothing of it will come again.
    case close(executor: ExecutorID)
    /// A value that tasks to come refer to by number.
    case share(ShareFrame)
    /// No task to come refers to the value any more.
    case unshare(value: SharedValueID)
    /// The pool ends: the worker answers with its own goodbye and leaves the serve loop.
    case goodbye
}

package enum MasterFrameKind: UInt8 {
    case open = 1
    case tasks = 2
    case close = 3
    case goodbye = 4
    case share = 5
    case unshare = 6
}

/// `open`: kind, 3 zero bytes, executor (u32), definitions, number of globals (varint), for each its name and its value
/// in CBOR, presence of an initializer (u8), its record.
package struct OpenFrame: Sendable {
    package let executor: ExecutorID
    package let definitions: [CallableDefinition]
    package let globals: [String: [UInt8]]
    /// Where the initializer's record lies in the frame.
    package let initializer: Range<Int>?
    package let buffer: FrameBuffer

    package static func write(
        executor: ExecutorID,
        definitions: Range<Int>,
        of all: [CallableDefinition],
        globals: [String: [UInt8]],
        initializer: UnsafeRawBufferPointer?
    ) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: 64)
        buffer.append(header: MasterFrameKind.open.rawValue, executor.number)
        buffer.append(definitions: definitions, of: all)
        buffer.append(varint: UInt64(globals.count))
        for (name, value) in globals {
            buffer.append(text: name)
            value.withUnsafeBytes { buffer.append(block: $0) }
        }
        buffer.append(byte: initializer == nil ? 0 : 1)
        if let initializer { buffer.append(initializer) }
        return buffer
    }
}

/// `tasks`: kind, a zero byte, whether results may have arrays beside them (u8), a zero byte, executor (u32), sequence
/// (u32), count (u32), definitions, then `count` records: callable (varint), length (varint), so many bytes of arguments.
package struct TaskFrame: Sendable {
    package let executor: ExecutorID
    /// The number by which replies refer to this frame.
    package let sequence: FrameSequence
    package let count: Int
    package let definitions: [CallableDefinition]
    /// Whether results may have arrays beside them.
    package let takesArrays: Bool
    /// Where the first record begins.
    package let records: Int
    package let buffer: FrameBuffer

    /// Writes everything but the records; `setCount` completes the header.
    package static func begin(
        executor: ExecutorID,
        sequence: FrameSequence,
        definitions: Range<Int> = 0..<0,
        of all: [CallableDefinition] = [],
        takesArrays: Bool = false,
        capacity: Int
    ) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: capacity)
        buffer.append(header: MasterFrameKind.tasks.rawValue, executor.number)
        if takesArrays { buffer.store(UInt8(1), at: 2) }
        buffer.append(sequence.number)
        buffer.append(UInt32(0))
        buffer.append(definitions: definitions, of: all)
        return buffer
    }

    /// How many bytes a frame takes before its first record, if it brings no definitions.
    package static let reserve = 17

    /// A buffer in which records may be written, with room before them for `fillReserve`.
    package static func reserve(capacity: Int) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: capacity + reserve)
        _ = buffer.extend(by: reserve)
        return buffer
    }

    /// Makes a frame of a reserved buffer: the header of `begin`, which it was to be sent with instead.
    package static func fillReserve(of buffer: FrameBuffer, from header: FrameBuffer) {
        precondition(header.count == reserve)
        buffer.base.copyMemory(from: header.base, byteCount: reserve)
    }

    package static func setCount(_ count: Int, in buffer: FrameBuffer) {
        buffer.store(UInt32(count), at: 12)
    }
}

/// `share`: kind, 3 zero bytes, the value's number (u32), the value in CBOR.
package struct ShareFrame: Sendable {
    package let value: SharedValueID
    /// Where the value begins.
    package let content: Int
    package let buffer: FrameBuffer

    package static func write(value: SharedValueID, content: [UInt8]) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: content.count + 8)
        buffer.append(header: MasterFrameKind.share.rawValue, value.number)
        content.withUnsafeBytes { buffer.append($0) }
        return buffer
    }

    /// The value's bytes; these live as long as the buffer.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer.bytes[content...]) }
}

extension MasterFrame {
    package init(parsing buffer: FrameBuffer) throws(WireError) {
        var reader = FrameReader(buffer.bytes)
        let (kind, number) = try reader.header(MasterFrameKind.self, from: "the master")
        switch kind {
        case .open:
            let definitions = try reader.definitions()
            let globals = try reader.globals()
            let present = try reader.byte() != 0
            self = .open(
                OpenFrame(
                    executor: ExecutorID(number),
                    definitions: definitions,
                    globals: globals,
                    initializer: present ? reader.offset..<buffer.count : nil,
                    buffer: buffer
                )
            )
        case .tasks:
            let sequence = FrameSequence(try reader.number())
            let count = Int(try reader.number(UInt32.self))
            let definitions = try reader.definitions()
            // Each record takes two bytes at least.
            guard count <= reader.remaining / 2 else { throw WireError("more tasks than bytes", offset: 12) }
            self = .tasks(
                TaskFrame(
                    executor: ExecutorID(number),
                    sequence: sequence,
                    count: count,
                    definitions: definitions,
                    takesArrays: buffer.bytes[2] != 0,
                    records: reader.offset,
                    buffer: buffer
                )
            )
        case .close:
            self = .close(executor: ExecutorID(number))
        case .share:
            self = .share(ShareFrame(value: SharedValueID(number), content: reader.offset, buffer: buffer))
        case .unshare:
            self = .unshare(value: SharedValueID(number))
        case .goodbye:
            self = .goodbye
        }
    }

    package static func closeFrame(executor: ExecutorID) -> FrameBuffer {
        FrameBuffer(header: MasterFrameKind.close.rawValue, executor.number)
    }

    package static func goodbyeFrame() -> FrameBuffer {
        FrameBuffer(header: MasterFrameKind.goodbye.rawValue)
    }

    /// The frame that ends the sharing of a value.
    package static func unshareFrame(value: SharedValueID) -> FrameBuffer {
        FrameBuffer(header: MasterFrameKind.unshare.rawValue, value.number)
    }
}

extension FrameReader {
    fileprivate mutating func globals() throws(WireError) -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for _ in 0..<(try length()) {
            let name = try text()
            result[name] = Array(try block())
        }
        return result
    }
}
