internal import Glibc
internal import Linux
internal import Wire

/// The files of large results, in a directory beside a journal. The name of a file is the hash of its content.
///
/// The process that has locked the journal writes them.
final class ResultFiles: Sendable {
    /// The name of a file that is being written. It is renamed when it is complete.
    private static let unfinished = "unfinished"

    private let path: String
    /// The directory. A program may change its working directory.
    private let descriptor: CInt
    private let key: SipHash.Words

    /// The directory of a journal's files.
    static func directory(of journal: String) -> String { "\(journal).files" }

    /// Opens the directory. Returns nil if there is none and none is to be made.
    init?(of journal: String, key: SipHash.Words, creates: Bool) throws(JournalError) {
        path = Self.directory(of: journal)
        self.key = key
        if creates, mkdir(path, 0o777) != 0, errno != EEXIST { throw Self.failure("make the directory", path) }
        descriptor = FileDescriptor.aboveStandardStreams(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        if descriptor >= 0 { return }
        guard creates || errno != ENOENT else { return nil }
        throw Self.failure("open the directory", path)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private static func failure(_ verb: String, _ path: String) -> JournalError {
        let code = SystemError.Code.last
        return JournalError(.system(code), "cannot \(verb) \(quoted(path)): \(code)")
    }

    // MARK: Writing

    /// Writes a file, which is complete afterwards or not there.
    ///
    /// - Parameter synchronizes: Whether the file survives a loss of power from now on.
    func write(_ content: UnsafeRawBufferPointer, synchronizes: Bool) throws(JournalError) -> RecordedFile {
        let file = RecordedFile(digest: digest(content), size: UInt64(content.count))
        let new = openat(descriptor, Self.unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        let number = FileDescriptor.aboveStandardStreams(new)
        guard number >= 0 else { throw Self.failure("write", "\(path)/\(Self.unfinished)") }
        let isWritten = FileDescriptor.writeAll(content, to: number) && (!synchronizes || fdatasync(number) == 0)
        let cause = errno
        // Some file systems tell only now that there was no room.
        guard close(number) == 0, isWritten else {
            if !isWritten { errno = cause }
            let failure = Self.failure("write", "\(path)/\(file.name)")
            unlinkat(descriptor, Self.unfinished, 0)
            throw failure
        }
        guard renameat(descriptor, Self.unfinished, descriptor, file.name) == 0,
            !synchronizes || fsync(descriptor) == 0
        else { throw Self.failure("write", "\(path)/\(file.name)") }
        return file
    }

    private func digest(_ content: UnsafeRawBufferPointer) -> SipHash.Words {
        SipHash(key: key, isLong: true).hash128(content)
    }

    // MARK: Reading

    /// Returns the content of a file; nil if the file is missing or damaged.
    func map(_ file: RecordedFile) -> MappedFile? {
        let number = openat(descriptor, file.name, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var status = stat()
        guard fstat(number, &status) == 0, UInt64(status.st_size) == file.size,
            let mapped = try? MappedFile(number, count: Int(status.st_size), path: path),
            digest(mapped.bytes) == file.digest
        else { return nil }
        return mapped
    }

    /// Returns whether a file is there in its full size.
    func has(_ file: RecordedFile) -> Bool {
        var status = stat()
        return fstatat(descriptor, file.name, &status, 0) == 0 && UInt64(status.st_size) == file.size
    }

    /// Removes the files of results that are not named, and what was being written when a run was killed. Other files
    /// stay.
    ///
    /// - Returns: How many files were removed.
    func removeAll(but names: Set<String>) -> Int {
        let copy = dup(descriptor)
        guard copy >= 0, let directory = fdopendir(copy) else { return 0 }
        defer { closedir(directory) }
        rewinddir(directory)
        var others: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == Self.unfinished || RecordedFile.isName(name) && !names.contains(name) { others.append(name) }
        }
        return others.count { unlinkat(descriptor, $0, 0) == 0 }
    }
}

/// A file beside a journal, as the record of its call names it.
package struct RecordedFile: Hashable, Sendable {
    /// The hash of the content.
    let digest: SipHash.Words
    /// The size of the content, in bytes.
    package let size: UInt64

    /// The name of the file: the hash in hexadecimal digits.
    package var name: String { Self.digits(digest.high) + Self.digits(digest.low) }

    private static func digits(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    fileprivate static func isName(_ text: String) -> Bool {
        text.utf8.count == 32 && text.allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }
}
