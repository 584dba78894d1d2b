package import Identities

/// A frame from a master to a worker.
package enum MasterFrame: Sendable {
    /// An executor begins. The worker runs the initializer, if there is one, before any of the executor's tasks.
    case open(OpenFrame)
    /// A batch of tasks.
    case tasks(TaskFrame)
    /// An executor has ended. No more of its tasks will come.
    case close(executor: ExecutorID)
    /// A shared value, to which later tasks refer by its number.
    case share(ShareFrame)
    /// The worker may forget a shared value: no later task refers to it.
    case unshare(value: SharedValueID)
    /// The pool ends. The worker answers with its own goodbye and leaves the serve loop.
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

/// The frame `open`: kind, 3 zero bytes, executor (u32), definitions, number of globals (varint), for each global its
/// name and its value in CBOR, what follows (u8): nothing (0), the initializer's record (1), or a `TaskFailure` in CBOR
/// (2), with which all tasks of the executor fail, since its initializer has ended an earlier process of this worker.
package struct OpenFrame: Sendable {
    package let executor: ExecutorID
    package let definitions: [CallableDefinition]
    package let globals: [String: [UInt8]]
    /// The place of the initializer's record in the frame; nil without an initializer.
    package let initializer: Range<Int>?
    /// The place of the failure of all tasks in the frame; nil if the tasks may run.
    package let failure: Range<Int>?
    package let buffer: FrameBuffer

    package static func write(
        executor: ExecutorID,
        definitions: Range<Int>,
        of all: [CallableDefinition],
        globals: [String: [UInt8]],
        initializer: UnsafeRawBufferPointer?,
        failure: [UInt8]? = nil
    ) -> FrameBuffer {
        precondition(initializer == nil || failure == nil, "an initializer that has failed does not run")
        let buffer = FrameBuffer(capacity: 64)
        buffer.append(header: MasterFrameKind.open.rawValue, executor.number)
        buffer.append(definitions: definitions, of: all)
        buffer.append(varint: UInt64(globals.count))
        for (name, value) in globals {
            buffer.append(text: name)
            value.withUnsafeBytes { buffer.append(block: $0) }
        }
        if let failure {
            buffer.append(byte: 2)
            failure.withUnsafeBytes { buffer.append($0) }
        } else {
            buffer.append(byte: initializer == nil ? 0 : 1)
            if let initializer { buffer.append(initializer) }
        }
        return buffer
    }
}

/// The frame `tasks`: kind, a zero byte, whether results may have out-of-band arrays (u8), a zero byte, executor (u32),
/// sequence (u32), count (u32), definitions, then `count` records. Each record is the callable (varint), the length of
/// the arguments (varint), and the arguments.
package struct TaskFrame: Sendable {
    package let executor: ExecutorID
    /// The number by which replies refer to this frame.
    package let sequence: FrameSequence
    package let count: Int
    package let definitions: [CallableDefinition]
    /// Whether results may have out-of-band arrays.
    package let takesArrays: Bool
    /// The offset of the first record.
    package let records: Int
    package let buffer: FrameBuffer

    /// Returns a frame that has everything but the records. `setCount` completes its header.
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

    /// Returns a frame with the first tasks of this one alone.
    package func prefix(_ count: Int) throws(WireError) -> FrameBuffer {
        var reader = FrameReader(buffer.bytes, at: records)
        try reader.skipTaskRecords(count)
        let frame = FrameBuffer(capacity: reader.offset)
        frame.append(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<reader.offset]))
        Self.setCount(count, in: frame)
        return frame
    }

    /// The number of bytes before the first record in a frame without definitions.
    package static let reserve = 17

    /// Returns a buffer for records. It begins with room for a header, which `fillReserve` writes.
    package static func reserve(capacity: Int) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: capacity + reserve)
        _ = buffer.extend(by: reserve)
        return buffer
    }

    /// Makes a frame from a buffer of `reserve`, by copying the header of a frame of `begin` into the room before the
    /// records.
    package static func fillReserve(of buffer: FrameBuffer, from header: FrameBuffer) {
        precondition(header.count == reserve)
        buffer.base.copyMemory(from: header.base, byteCount: reserve)
    }

    package static func setCount(_ count: Int, in buffer: FrameBuffer) {
        buffer.store(UInt32(count), at: 12)
    }
}

extension MasterFrame {
    package init(parsing buffer: FrameBuffer) throws(WireError) {
        var reader = FrameReader(buffer.bytes)
        let (kind, number) = try reader.header(MasterFrameKind.self, from: "the master")
        switch kind {
        case .open:
            let definitions = try reader.definitions()
            let globals = try reader.globals()
            let start = reader.offset
            let part = try reader.byte()
            guard part <= 2 else { throw WireError("an unknown part of the start of an executor", offset: start) }
            self = .open(
                OpenFrame(
                    executor: ExecutorID(number),
                    definitions: definitions,
                    globals: globals,
                    initializer: part == 1 ? reader.offset..<buffer.count : nil,
                    failure: part == 2 ? reader.offset..<buffer.count : nil,
                    buffer: buffer
                )
            )
        case .tasks:
            let sequence = FrameSequence(try reader.number())
            let count = Int(try reader.number(UInt32.self))
            let definitions = try reader.definitions()
            // Each record takes at least two bytes.
            guard count <= reader.remaining / 2 else {
                throw WireError("the frame is too short for its tasks", offset: 12)
            }
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
            self = .share(try ShareFrame(SharedValueID(number), &reader, buffer))
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

    /// Returns the frame that lets a worker forget a shared value.
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
