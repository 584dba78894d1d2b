package import Wire

/// One record of a journal.
package enum JournalRecord {
    /// A callable, to which the calls behind it refer by its number.
    case callable(RecordedCallable)
    case call(RecordedCall)
}

/// A callable, as a journal has it.
package struct RecordedCallable: Equatable, Sendable {
    package var number: UInt32
    /// The name for people.
    package var name: String
    /// The identity of the library's build.
    package var build: [UInt8]
    /// How the arguments are encoded: a `ValueEncoding`.
    package var encoding: UInt8
    /// The hash of what a call is besides its arguments: name, build, encoding, and all data that calls can use.
    package var digest: SipHash.Words

    package init(number: UInt32, name: String, build: [UInt8], encoding: UInt8, digest: SipHash.Words) {
        self.number = number
        self.name = name
        self.build = build
        self.encoding = encoding
        self.digest = digest
    }
}

/// A finished call. All bytes are those of the journal, or of a file beside it.
package struct RecordedCall {
    /// The number of the callable.
    package let callable: UInt32
    package let key: CallKey
    /// The encoded arguments; nil if they were left out, since they are large.
    package let arguments: UnsafeRawBufferPointer?
    /// The status of the result: a `ResultStatus`.
    package let status: UInt8
    /// The encoded result; empty if it is in a file that has not been read.
    package let result: UnsafeRawBufferPointer
    /// The result's out-of-band arrays: the codes of their types, and their bytes.
    package let arrays: [(code: UInt8, bytes: UnsafeRawBufferPointer)]
    /// Where the result is, if it is not in the journal itself.
    package private(set) var file: RecordedFile?
    /// The number of arrays, and the size of the result, in a file that has not been read.
    private var shape: (arrayCount: UInt8, resultSize: UInt32) = (0, 0)
    /// Keeps the memory of a file that has been read.
    private var owner: MappedFile?

    init(
        callable: UInt32,
        key: CallKey,
        arguments: UnsafeRawBufferPointer?,
        status: UInt8,
        result: UnsafeRawBufferPointer,
        arrays: [(code: UInt8, bytes: UnsafeRawBufferPointer)]
    ) {
        self.callable = callable
        self.key = key
        self.arguments = arguments
        self.status = status
        self.result = result
        self.arrays = arrays
    }

    /// The size of the result with its arrays, in bytes.
    package var byteCount: Int {
        if let file, owner == nil { return Int(clamping: file.size) }
        return arrays.reduce(result.count) { $0 + $1.bytes.count }
    }

    /// Returns the call with its result, which is read from its file if it has one; nil if the file is missing or
    /// damaged.
    func read(from files: ResultFiles?) -> RecordedCall? {
        guard let file else { return self }
        guard let mapped = files?.map(file) else { return nil }
        var reader = FrameReader(mapped.bytes)
        guard let (result, arrays) = try? reader.content(resultSize: shape.resultSize, arrayCount: shape.arrayCount)
        else { return nil }
        var call = RecordedCall(
            callable: callable,
            key: key,
            arguments: arguments,
            status: status,
            result: result,
            arrays: arrays
        )
        call.file = file
        call.owner = mapped
        return call
    }

    /// Makes the call of a record whose result is in a file.
    fileprivate init(_ call: RecordedCall, in file: RecordedFile, _ shape: (arrayCount: UInt8, resultSize: UInt32)) {
        self = call
        self.file = file
        self.shape = shape
    }

    /// The numbers that say how to read a file.
    fileprivate var fileShape: (arrayCount: UInt8, resultSize: UInt32) { shape }
}

extension FrameReader {
    /// Reads a result and its arrays.
    fileprivate mutating func content(
        resultSize: UInt32,
        arrayCount: UInt8
    ) throws(WireError) -> (UnsafeRawBufferPointer, [(code: UInt8, bytes: UnsafeRawBufferPointer)]) {
        let result = try take(Int(resultSize))
        var arrays: [(code: UInt8, bytes: UnsafeRawBufferPointer)] = []
        for _ in 0..<arrayCount {
            let code = try byte()
            let size: UInt64 = try number()
            arrays.append((code, try take(Int(clamping: size))))
        }
        return (result, arrays)
    }
}

/// The key of a call: what it is, and how many equal calls the run had made before.
package struct CallKey: Hashable, Sendable {
    package var hash: SipHash.Words
    package var occurrence: UInt32

    package init(hash: SipHash.Words, occurrence: UInt32) {
        self.hash = hash
        self.occurrence = occurrence
    }
}

extension JournalRecord {
    /// The first bytes of every record. They help to find the next one behind damaged bytes.
    static let mark: UInt16 = 0xa76a
    /// The mark (2 bytes), the size of the body (4), and the checksum (8).
    static let headSize = 14
    /// The largest body.
    static let longest = 0xffff_fff0

    enum Kind: UInt8 { case callable = 1, call, callWithFile }

    /// The part of a call's record that is known before its result: callable, key and arguments.
    package enum Ticket {
        package static func write(
            callable: UInt32,
            _ key: CallKey,
            arguments: UnsafeRawBufferPointer?,
            to buffer: FrameBuffer
        ) {
            let size = arguments?.count ?? 0
            let place = buffer.extend(by: 28 + size)
            place.storeBytes(of: callable.littleEndian, as: UInt32.self)
            (place + 4).storeBytes(of: key.occurrence.littleEndian, as: UInt32.self)
            (place + 8).storeBytes(of: key.hash.low.littleEndian, as: UInt64.self)
            (place + 16).storeBytes(of: key.hash.high.littleEndian, as: UInt64.self)
            // The size plus one, so that 0 stands for arguments that were left out.
            let code = arguments == nil ? 0 : UInt32(size + 1)
            (place + 24).storeBytes(of: code.littleEndian, as: UInt32.self)
            if let source = arguments?.baseAddress { (place + 28).copyMemory(from: source, byteCount: size) }
        }
    }

    /// Appends the record of a call. Its checksum is still missing: see `seal`.
    ///
    /// - Parameter ticket: The bytes that `Ticket.write` has written.
    @inline(__always)
    static func append(
        ticket: UnsafeRawBufferPointer,
        status: UInt8,
        result: UnsafeRawBufferPointer,
        arrays: [(code: UInt8, bytes: UnsafeRawBufferPointer)],
        to buffer: FrameBuffer
    ) {
        var size = 8 + ticket.count + result.count
        for array in arrays { size += 9 + array.bytes.count }
        var place = buffer.extend(by: headSize + size)
        place.storeBytes(of: mark.littleEndian, as: UInt16.self)
        (place + 2).storeBytes(of: UInt32(size).littleEndian, as: UInt32.self)
        place += headSize
        place.storeBytes(of: Kind.call.rawValue, as: UInt8.self)
        (place + 1).storeBytes(of: status, as: UInt8.self)
        (place + 2).storeBytes(of: UInt8(arrays.count), as: UInt8.self)
        (place + 3).storeBytes(of: 0, as: UInt8.self)
        (place + 4).storeBytes(of: UInt32(result.count).littleEndian, as: UInt32.self)
        place += 8
        if let source = ticket.baseAddress { place.copyMemory(from: source, byteCount: ticket.count) }
        place += ticket.count
        if let source = result.baseAddress { place.copyMemory(from: source, byteCount: result.count) }
        place += result.count
        for (code, bytes) in arrays {
            place.storeBytes(of: code, as: UInt8.self)
            (place + 1).storeBytes(of: UInt64(bytes.count).littleEndian, as: UInt64.self)
            if let source = bytes.baseAddress { (place + 9).copyMemory(from: source, byteCount: bytes.count) }
            place += 9 + bytes.count
        }
    }

    /// Appends the record of a callable. Its checksum is still missing: see `seal`.
    package static func append(_ callable: RecordedCallable, to buffer: FrameBuffer) {
        let start = buffer.count
        _ = buffer.extend(by: headSize)
        buffer.append(byte: Kind.callable.rawValue)
        buffer.append(byte: callable.encoding)
        buffer.append(callable.number)
        buffer.append(callable.digest.low)
        buffer.append(callable.digest.high)
        buffer.append(text: callable.name)
        callable.build.withUnsafeBytes { buffer.append(block: $0) }
        buffer.store(mark, at: start)
        buffer.store(UInt32(buffer.count - start - headSize), at: start + 2)
    }

    /// Appends a copy of a call's record. Its checksum is still missing: see `seal`.
    static func append(_ call: RecordedCall, to buffer: FrameBuffer) {
        let ticket = FrameBuffer(capacity: 64 + (call.arguments?.count ?? 0))
        Ticket.write(callable: call.callable, call.key, arguments: call.arguments, to: ticket)
        if let file = call.file {
            return append(ticket.bytes, status: call.status, call.fileShape, file, to: buffer)
        }
        append(ticket: ticket.bytes, status: call.status, result: call.result, arrays: call.arrays, to: buffer)
    }

    /// Appends the record of a call whose result is in a file. Its checksum is still missing: see `seal`.
    private static func append(
        _ ticket: UnsafeRawBufferPointer,
        status: UInt8,
        _ shape: (arrayCount: UInt8, resultSize: UInt32),
        _ file: RecordedFile,
        to buffer: FrameBuffer
    ) {
        let start = buffer.count
        _ = buffer.extend(by: headSize)
        for byte in [Kind.callWithFile.rawValue, status, shape.arrayCount, 0] { buffer.append(byte: byte) }
        buffer.append(shape.resultSize)
        buffer.append(ticket)
        buffer.append(file.digest.low)
        buffer.append(file.digest.high)
        buffer.append(file.size)
        buffer.store(mark, at: start)
        buffer.store(UInt32(buffer.count - start - headSize), at: start + 2)
    }

    /// Returns the records of a batch with the large results in files.
    ///
    /// - Parameters:
    ///   - least: Results up to this size stay in their records.
    ///   - write: Writes a file.
    static func movingResults(
        of batch: FrameBuffer,
        above least: Int,
        _ write: (UnsafeRawBufferPointer) throws(JournalError) -> RecordedFile
    ) throws(JournalError) -> FrameBuffer {
        var moved: FrameBuffer?
        var (offset, kept) = (0, 0)
        func keep(to end: Int, in buffer: FrameBuffer) {
            buffer.append(UnsafeRawBufferPointer(rebasing: batch.bytes[kept..<end]))
        }
        while offset < batch.count {
            let place = batch.base + offset
            let size = Int(UInt32(littleEndian: (place + 2).loadUnaligned(as: UInt32.self)))
            defer { offset += headSize + size }
            let body = place + headSize
            guard size > least, body.load(as: UInt8.self) == Kind.call.rawValue else { continue }
            let argumentsCode = UInt32(littleEndian: (body + 32).loadUnaligned(as: UInt32.self))
            let start = 36 + max(0, Int(argumentsCode) - 1)
            let content = UnsafeRawBufferPointer(start: body + start, count: size - start)
            guard content.count > least else { continue }
            let buffer = moved ?? FrameBuffer(capacity: 1 << 16)
            moved = buffer
            keep(to: offset, in: buffer)
            kept = offset + headSize + size
            let file = try write(content)
            append(
                UnsafeRawBufferPointer(start: body + 8, count: start - 8),
                status: (body + 1).load(as: UInt8.self),
                ((body + 2).load(as: UInt8.self), UInt32(littleEndian: (body + 4).loadUnaligned(as: UInt32.self))),
                file,
                to: buffer
            )
        }
        guard let moved else { return batch }
        keep(to: batch.count, in: moved)
        return moved
    }

    /// Writes the checksums of records that stand one behind the other from `start` on.
    package static func seal(_ buffer: FrameBuffer, from start: Int = 0, key: SipHash.Words) {
        let hash = SipHash(key: key, isLong: false)
        var offset = start
        while offset < buffer.count {
            let place = buffer.base + offset
            let size = Int(UInt32(littleEndian: (place + 2).loadUnaligned(as: UInt32.self)))
            let checksum = checksum(UnsafeRawBufferPointer(start: place + headSize, count: size), hash)
            (place + 6).storeBytes(of: checksum.littleEndian, as: UInt64.self)
            offset += headSize + size
        }
    }

    /// Returns the checksum of a body and its size.
    @inline(__always)
    private static func checksum(_ body: UnsafeRawBufferPointer, _ hash: SipHash) -> UInt64 {
        var hash = hash
        hash.add(UInt64(body.count))
        return hash.hash64(body)
    }

    // MARK: Reading

    /// Returns the record that begins at `offset`, and the offset behind it; nil if there is no sound record.
    static func read(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        _ hash: SipHash
    ) -> (record: JournalRecord?, end: Int)? {
        guard let base = bytes.baseAddress, bytes.count - offset >= headSize else { return nil }
        let place = base + offset
        guard UInt16(littleEndian: place.loadUnaligned(as: UInt16.self)) == mark else { return nil }
        let size = Int(UInt32(littleEndian: (place + 2).loadUnaligned(as: UInt32.self)))
        guard size <= bytes.count - offset - headSize else { return nil }
        let body = UnsafeRawBufferPointer(start: place + headSize, count: size)
        let checksum = UInt64(littleEndian: (place + 6).loadUnaligned(as: UInt64.self))
        guard self.checksum(body, hash) == checksum else { return nil }
        return (try? JournalRecord(body: body), offset + headSize + size)
    }

    private init(body: UnsafeRawBufferPointer) throws {
        var reader = FrameReader(body)
        switch Kind(rawValue: try reader.byte()) {
        case .callable:
            let encoding = try reader.byte()
            let number: UInt32 = try reader.number()
            let digest = SipHash.Words(low: try reader.number(), high: try reader.number())
            let name = try reader.text()
            let build = Array(try reader.block())
            self = .callable(
                RecordedCallable(number: number, name: name, build: build, encoding: encoding, digest: digest)
            )
        case .call, .callWithFile:
            let isInFile = body.first == Kind.callWithFile.rawValue
            let status = try reader.byte()
            let arrayCount = try reader.byte()
            _ = try reader.byte()
            let resultSize: UInt32 = try reader.number()
            let callable: UInt32 = try reader.number()
            let occurrence: UInt32 = try reader.number()
            let hash = SipHash.Words(low: try reader.number(), high: try reader.number())
            let code: UInt32 = try reader.number()
            let arguments = code == 0 ? nil : try reader.take(Int(code) - 1)
            let (result, arrays) =
                isInFile
                ? (UnsafeRawBufferPointer(start: nil, count: 0), [])
                : try reader.content(resultSize: resultSize, arrayCount: arrayCount)
            let call = RecordedCall(
                callable: callable,
                key: CallKey(hash: hash, occurrence: occurrence),
                arguments: arguments,
                status: status,
                result: result,
                arrays: arrays
            )
            guard isInFile else {
                self = .call(call)
                return
            }
            let digest = SipHash.Words(low: try reader.number(), high: try reader.number())
            let file = RecordedFile(digest: digest, size: try reader.number())
            self = .call(RecordedCall(call, in: file, (arrayCount, resultSize)))
        case nil: throw WireError("an unknown kind of record", offset: 0)
        }
    }
}

// MARK: Known records

extension JournalRecord {
    /// Returns the key of a call's record, which has been checked before.
    @inline(__always)
    static func key(in bytes: UnsafeRawBufferPointer, at offset: Int) -> CallKey {
        let place = offset + headSize + 12
        return CallKey(
            hash: SipHash.Words(
                low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt64.self)),
                high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 12, as: UInt64.self))
            ),
            occurrence: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        )
    }

    /// Returns a call's record, which has been checked before.
    static func call(in bytes: UnsafeRawBufferPointer, at offset: Int) -> RecordedCall? {
        let size = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt32.self))
        let start = offset + headSize
        let body = UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(size)])
        guard case .call(let call)? = try? JournalRecord(body: body) else { return nil }
        return call
    }
}
