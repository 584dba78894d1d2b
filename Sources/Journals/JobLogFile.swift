internal import Glibc
internal import Linux

/// A job log that one run writes. Rows that are written survive the end of the process, however it ends.
package final class JobLogFile: @unchecked Sendable {
    /// What an earlier run has written; empty if this run begins the log anew.
    package let content: JobLogContent
    private let descriptor: CInt
    private let path: String

    /// Opens a log.
    ///
    /// - Parameter keepsRows: Whether the rows of an earlier run stay. An incomplete last line is cut off. Otherwise the
    ///   log begins anew.
    package init(_ path: String, keepsRows: Bool) throws(JobLogError) {
        self.path = path
        descriptor = path.withCString { open($0, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666) }
        guard descriptor >= 0 else { throw JobLogError("cannot write '\(path)': \(SystemError.Code.last)") }
        // Devices and pipes have no lock, and nothing to continue.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            close(descriptor)
            throw JobLogError("another run writes '\(path)'; wait for its end, or name another file")
        }
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let bytes = keepsRows && isFile ? Self.read(descriptor, Int(status.st_size)) : []
        content = JobLogContent(bytes)
        if let line = content.strangeLine {
            close(descriptor)
            throw JobLogError("line \(line) of '\(path)' is not that of a job log; name the file of --joblog")
        }
        if isFile, ftruncate(descriptor, content.soundLength) != 0 {
            let cause = SystemError.Code.last
            close(descriptor)
            throw JobLogError("cannot write '\(path)': \(cause)")
        }
        if content.soundLength == 0 { try write(Array(JobLogRow.header.utf8)) }
    }

    deinit { close(descriptor) }

    /// Appends rows.
    package func write(_ rows: [UInt8]) throws(JobLogError) {
        let isWritten = rows.withUnsafeBytes { FileDescriptor.writeAll($0, to: descriptor) }
        if !isWritten { throw JobLogError("cannot write '\(path)': \(SystemError.Code.last)") }
    }

    private static func read(_ descriptor: CInt, _ size: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            while count < size {
                let part = pread(descriptor, bytes.baseAddress.map { $0 + count }, size - count, off_t(count))
                if part < 0, errno == EINTR { continue }
                guard part > 0 else { return }
                count += part
            }
        }
    }
}

/// The reason why a job log cannot be used, in one line.
package struct JobLogError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
