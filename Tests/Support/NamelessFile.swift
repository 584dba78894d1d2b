import Foundation
import SystemPackage

/// A file without a name, to be a process's standard stream.
///
/// A file instead of a pipe: it never fills up, nobody has to read it in time, it has no end that a
/// forgotten process could hold open, and what has been written can be read at any moment.
final class NamelessFile: Sendable {
    let descriptor: FileDescriptor

    init(_ bytes: [UInt8] = []) throws {
        var path = Array("\(FileManager.default.temporaryDirectory.path)/mpifutures-stream-XXXXXX".utf8CString)
        let raw = mkstemp(&path)
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        unlink(path)
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        descriptor = FileDescriptor(rawValue: raw)
        try descriptor.writeAll(toAbsoluteOffset: 0, bytes)
    }

    deinit { try? descriptor.close() }

    /// What has been written so far.
    func contents() throws -> [UInt8] {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        return try [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let read = try descriptor.read(fromAbsoluteOffset: Int64(count), into: rest)
                guard read > 0 else { return }
                count += read
            }
        }
    }
}
