internal import Glibc
internal import Linux

/// The file of a journal: opened, locked and mapped.
package final class JournalFile: Sendable {
    package let path: String
    let descriptor: CInt
    package let size: Int

    /// Opens a journal, and creates it if it does not exist.
    ///
    /// - Parameter isReadOnly: Whether nothing will be written. The file must exist, and is not locked.
    /// - Throws: `JournalError`
    package init(_ path: String, isReadOnly: Bool = false) throws(JournalError) {
        self.path = path
        while true {
            let flags = isReadOnly ? O_RDONLY : O_RDWR | O_CREAT
            let descriptor = FileDescriptor.aboveStandardStreams(open(path, flags | O_CLOEXEC, 0o666))
            guard descriptor >= 0 else { throw Self.failure("open", path) }
            do throws(JournalError) {
                // A journal that has been compacted meanwhile is another file.
                guard let size = try Self.prepare(descriptor, path, isReadOnly: isReadOnly) else {
                    close(descriptor)
                    continue
                }
                self.size = size
            } catch {
                close(descriptor)
                throw error
            }
            self.descriptor = descriptor
            return
        }
    }

    deinit {
        unlock()
        close(descriptor)
    }

    /// Checks and locks an open file. Returns its size; nil if the path leads to another file now.
    private static func prepare(_ descriptor: CInt, _ path: String, isReadOnly: Bool) throws(JournalError) -> Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("open", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw JournalError(.foreign, "\(quoted(path)) is not a regular file; name another file as the journal")
        }
        if !isReadOnly { try lock(descriptor, path) }
        // Only now nobody else makes the file longer.
        guard fstat(descriptor, &status) == 0 else { throw failure("open", path) }
        var named = status
        if !isReadOnly, stat(path, &named) != 0 || named.st_ino != status.st_ino || named.st_dev != status.st_dev {
            return nil
        }
        let size = Int(status.st_size)
        guard size <= JournalIndex.largestFile else {
            throw JournalError(
                .tooLarge,
                "the journal \(quoted(path)) is larger than 1 TiB; begin another one"
            )
        }
        return size
    }

    private static func lock(_ descriptor: CInt, _ path: String) throws(JournalError) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK else { throw failure("lock", path) }
            throw JournalError(
                .inUse,
                "the journal \(quoted(path)) is in use by another process; wait for its end, or name another file"
            )
        }
    }

    /// Lets other processes use the file, even if a child that is about to run a program still has it open.
    func unlock() { _ = flock(descriptor, LOCK_UN) }

    /// Removes all bytes from `size` on.
    package func truncate(to size: Int) throws(JournalError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.failure("write", path) }
    }

    /// Writes bytes at an offset.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JournalError) {
        var (rest, offset) = (bytes, offset)
        while !rest.isEmpty {
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            offset += count
        }
    }

    /// Waits until all that was written is on the disk.
    package func synchronize() throws(JournalError) {
        guard fdatasync(descriptor) == 0 else { throw Self.failure("write", path) }
    }

    package func map() throws(JournalError) -> MappedFile {
        try MappedFile(descriptor, count: size, path: path)
    }

    /// Makes the error of the last system call.
    private static func failure(_ verb: String, _ path: String) -> JournalError {
        let code = SystemError.Code.last
        return JournalError(.system(code), "cannot \(verb) the journal \(quoted(path)): \(code)")
    }
}
