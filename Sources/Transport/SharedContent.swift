internal import CLinux
internal import Glibc
internal import Linux
package import Identities
package import Wire

/// The bytes of a shared value on the master, in the forms in which workers get them.
///
/// Large contents lie in a file in memory, without a name, which all workers of this host map: the host has one copy.
/// Other workers get the bytes in a frame.
package final class SharedContent: Sendable {
    /// The size from which a content is worth a file and a descriptor, in bytes.
    package static let leastFileSize = 1 << 16

    /// Returns whether the bytes of a `share` frame are worth a file.
    static func isForFile(_ frame: FrameBuffer) -> Bool { frame.count >= leastFileSize }

    private enum Place: Sendable {
        case frame(FrameBuffer)
        /// A file, and the frame that refers to it.
        case file(MemoryFile, FrameBuffer)
    }

    /// Whether workers may still have to open a file of this object.
    package var isFile: Bool { if case .file = place { true } else { false } }

    private let value: SharedValueID
    private let encoding: SharedEncoding
    private let place: Place

    package init(_ value: SharedValueID, _ encoding: SharedEncoding, _ bytes: UnsafeRawBufferPointer) {
        self.value = value
        self.encoding = encoding
        if bytes.count >= Self.leastFileSize, let file = MemoryFile(bytes) {
            place = .file(file, ShareFrame.write(value: value, encoding, file: file.reference))
        } else {
            place = .frame(ShareFrame.write(value: value, encoding, content: bytes))
        }
    }

    /// Returns the frame that brings the value to a worker.
    ///
    /// - Parameter opensFiles: Whether the worker can open files of this process.
    package func frame(opensFiles: Bool) throws -> FrameBuffer {
        switch place {
        case .frame(let frame): return frame
        case .file(let file, let frame):
            if opensFiles { return frame }
            let mapped = try MappedFile(file.reference)
            return ShareFrame.write(value: value, encoding, content: mapped.bytes)
        }
    }
}

/// A file in memory that this process keeps open, so that other processes of the host can open it.
final class MemoryFile: Sendable {
    private let descriptor: CInt
    /// The way to the file through this process.
    let reference: FileReference

    /// Writes a file. Returns nil if the system has no memory or no descriptor for it.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let descriptor = try? SharedFile.make(size: bytes.count) else { return nil }
        var status = stat()
        guard FileDescriptor.writeAll(bytes, to: descriptor), fstat(descriptor, &status) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        reference = FileReference(
            path: "/proc/\(getpid())/fd/\(descriptor)",
            byteCount: UInt64(bytes.count),
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino)
        )
    }

    /// Opens the file of another process, which need not keep it any longer.
    ///
    /// - Throws: `SystemError` if the file cannot be opened, or is another one.
    init(of other: FileReference) throws(SystemError) {
        descriptor = try other.open()
        reference = FileReference(
            path: "/proc/\(getpid())/fd/\(descriptor)",
            byteCount: other.byteCount,
            device: other.device,
            inode: other.inode
        )
    }

    deinit { close(descriptor) }
}

/// A file of another process of this host, mapped for reading only: a write ends the writer.
///
/// The conformance to `Sendable` is unchecked because the bytes are constant.
package final class MappedFile: @unchecked Sendable {
    package let bytes: UnsafeRawBufferPointer

    /// - Throws: `SystemError` if the file cannot be opened, or is another one.
    package init(_ reference: FileReference) throws {
        let descriptor = try reference.open()
        defer { close(descriptor) }
        let size = Int(reference.byteCount)
        let base = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
        guard base != MAP_FAILED else { throw SystemError("cannot map the \(size) bytes of a shared value") }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

extension FileReference {
    /// Returns a descriptor for reading, which the caller closes.
    ///
    /// - Throws: `SystemError` if the file cannot be opened, or is another one.
    fileprivate func open() throws(SystemError) -> CInt {
        let problem = "cannot open the memory of a shared value, '\(path)'"
        var status = stat()
        // On another host the path may lead to any file. Only the right one is opened.
        guard stat(path, &status) == 0 else { throw SystemError(problem) }
        guard status.st_mode & S_IFMT == S_IFREG, UInt64(status.st_dev) == device,
            UInt64(status.st_ino) == inode, UInt64(status.st_size) == byteCount
        else { throw SystemError(problem, code: SystemError.Code(ENOENT)) }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(problem) }
        return descriptor
    }
}
