package import Identities

/// How a shared value is encoded.
package enum SharedEncoding: UInt8, Sendable {
    /// One CBOR data item.
    case cbor = 0
    /// The elements of an array in the layout of memory, one after the other.
    case flat = 1
}

/// A file in memory that one process keeps open, and that other processes of its host can open.
package struct FileReference: Hashable, Sendable {
    /// The way to the file through that process's descriptor: `/proc/…/fd/…`.
    package let path: String
    package let byteCount: UInt64
    /// The numbers of the file system and of the file, by which the opener checks that the path leads to this file.
    package let device: UInt64
    package let inode: UInt64

    package init(path: String, byteCount: UInt64, device: UInt64, inode: UInt64) {
        self.path = path
        self.byteCount = byteCount
        self.device = device
        self.inode = inode
    }
}

/// A shared value in a file that one process of a host has made for the others.
package struct SharedFileOffer: Hashable, Sendable {
    package let value: SharedValueID
    package let encoding: SharedEncoding
    /// The boot ID of the host's kernel, since the numbers of files are those of one kernel.
    package let machine: String
    package let file: FileReference

    package init(value: SharedValueID, encoding: SharedEncoding, machine: String, file: FileReference) {
        self.value = value
        self.encoding = encoding
        self.machine = machine
        self.file = file
    }

    /// The frame that brings the value to a worker that can open the file.
    package var frame: FrameBuffer { ShareFrame.write(value: value, encoding, file: file) }
}

/// The frame `share`: kind, 3 zero bytes, the value's number (u32), its encoding (u8), where the bytes are (u8), 6 zero
/// bytes. The place is the rest of the frame (0), or a file (1), of which size, device and inode (u64 each) and path
/// (text) follow.
package struct ShareFrame: Sendable {
    package let value: SharedValueID
    package let encoding: SharedEncoding
    package let content: Content
    package let buffer: FrameBuffer

    private static let headSize = 16

    package enum Content: Sendable {
        /// The bytes are in the frame, from this offset on.
        case inside(Int)
        case file(FileReference)
    }

    package static func write(
        value: SharedValueID,
        _ encoding: SharedEncoding,
        content: UnsafeRawBufferPointer
    ) -> FrameBuffer {
        let buffer = begin(value, encoding, place: 0, capacity: content.count + headSize)
        buffer.append(content)
        return buffer
    }

    package static func write(value: SharedValueID, _ encoding: SharedEncoding, file: FileReference) -> FrameBuffer {
        let buffer = begin(value, encoding, place: 1, capacity: 64 + file.path.utf8.count)
        buffer.append(file)
        return buffer
    }

    private static func begin(
        _ value: SharedValueID,
        _ encoding: SharedEncoding,
        place: UInt8,
        capacity: Int
    ) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: capacity)
        buffer.append(header: MasterFrameKind.share.rawValue, value.number)
        buffer.append(byte: encoding.rawValue)
        buffer.append(byte: place)
        // The content of an array is read in place, so it is aligned as the buffer is.
        for _ in buffer.count..<headSize { buffer.append(byte: 0) }
        return buffer
    }

    /// The bytes of the value, which live as long as the buffer; nil if they are in a file.
    package var bytes: UnsafeRawBufferPointer? {
        guard case .inside(let start) = content else { return nil }
        return UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])
    }

    /// Reads a frame behind its header.
    init(_ value: SharedValueID, _ reader: inout FrameReader, _ buffer: FrameBuffer) throws(WireError) {
        let start = reader.offset
        let encoding = try reader.sharedEncoding()
        let place = try reader.byte()
        for _ in reader.offset..<Self.headSize { _ = try reader.byte() }
        switch place {
        case 0: content = .inside(reader.offset)
        case 1: content = .file(try reader.fileReference())
        default: throw WireError("an unknown place of a shared value", offset: start + 1)
        }
        self.value = value
        self.encoding = encoding
        self.buffer = buffer
    }
}

extension FrameBuffer {
    func append(_ file: FileReference) {
        append(file.byteCount)
        append(file.device)
        append(file.inode)
        append(text: file.path)
    }
}

extension FrameReader {
    mutating func fileReference() throws(WireError) -> FileReference {
        let (byteCount, device, inode) = (
            try number(UInt64.self), try number(UInt64.self), try number(UInt64.self)
        )
        return FileReference(path: try text(), byteCount: byteCount, device: device, inode: inode)
    }

    mutating func sharedEncoding() throws(WireError) -> SharedEncoding {
        let start = offset
        guard let encoding = SharedEncoding(rawValue: try byte()) else {
            throw WireError("an unknown encoding of a shared value", offset: start)
        }
        return encoding
    }
}
