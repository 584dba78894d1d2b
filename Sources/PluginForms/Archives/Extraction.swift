internal import Glibc
package import PluginLoading

/// Unpacks an archive so that nothing of it can get outside of one directory.
///
/// Every directory on the way to an entry is opened by itself and without following links, so that no link that the
/// archive has brought, and nothing else that happens meanwhile, leads elsewhere.
package final class Extraction {
    private let archive: String
    private let limits: ArchiveLimits
    private let root: Int32
    private let reader: ArchiveReader
    private var entries = 0
    private var bytes: Int64 = 0

    /// Unpacks.
    ///
    /// - Parameters:
    ///   - archive: The path of a tar or zip file.
    ///   - directory: One that exists, is empty, and that nobody else may write to.
    /// - Throws: `unreadable`, or `badArchive`: damaged, too large, with device files, or with a path or a link that
    ///   leads out of it. What was unpacked before is left for the caller to remove.
    package static func unpack(
        _ archive: String,
        to directory: String,
        limits: ArchiveLimits = ArchiveLimits()
    ) throws(PluginError) {
        let extraction = try Extraction(archive, directory, limits)
        while let entry = try extraction.reader.next() { try extraction.unpack(entry) }
    }

    private init(_ archive: String, _ directory: String, _ limits: ArchiveLimits) throws(PluginError) {
        reader = try ArchiveReader(path: archive)
        root = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        self.archive = archive
        self.limits = limits
        guard root >= 0 else {
            throw failure("it cannot be unpacked to \(directory): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(root) }

    private func unpack(_ entry: ArchiveReader.Entry) throws(PluginError) {
        entries += 1
        guard entries <= limits.entries else { throw failure("it has more than \(limits.entries) entries") }
        guard entry.path.utf8.count <= limits.pathLength, let path = EntryPath(entry.path) else {
            throw failure("its entry \(quoted(String(entry.path.prefix(200)))) would lie outside of it")
        }
        if let target = entry.hardLink { return try link(path, to: target) }
        switch entry.type {
        case S_IFDIR:
            close(try open(path.components))
        case S_IFREG, 0:
            try unpackFile(path, entry)
        case S_IFLNK:
            try linkSymbolically(path, to: entry.symbolicLink ?? "")
        default:
            throw failure("its entry \(quoted(entry.path)) is neither a file nor a directory nor a link")
        }
    }

    private func unpackFile(_ path: EntryPath, _ entry: ArchiveReader.Entry) throws(PluginError) {
        // Before a byte of it is written.
        if let size = entry.size { try checkSize(size) }
        let (directory, name) = try place(path)
        defer { close(directory) }
        let mode = S_IRUSR | S_IWUSR | (entry.permissions & S_IXUSR)
        // Not through a link, nor into what has other names: a second entry of one name replaces the first.
        unlinkat(directory, name, 0)
        let file = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw systemFailure(path) }
        defer { close(file) }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { chunk.deallocate() }
        while true {
            let count = try reader.read(into: chunk)
            if count == 0 { return }
            try checkSize(Int64(count))
            bytes += Int64(count)
            var rest = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk)[..<count])
            while !rest.isEmpty {
                let written = write(file, rest.baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw systemFailure(path) }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }

    private func checkSize(_ more: Int64) throws(PluginError) {
        guard more >= 0, more <= limits.bytes - bytes else {
            throw failure("unpacked it has more than \(limits.bytes >> 20) MiB; unpack it, and give the directory")
        }
    }

    private func linkSymbolically(_ path: EntryPath, to target: String) throws(PluginError) {
        guard path.mayLink(to: target) else {
            throw failure("its symbolic link \(quoted(path.components.joined(separator: "/"))) leads out of it")
        }
        let (directory, name) = try place(path)
        defer { close(directory) }
        unlinkat(directory, name, 0)
        guard symlinkat(target, directory, name) == 0 else { throw systemFailure(path) }
    }

    private func link(_ path: EntryPath, to target: String) throws(PluginError) {
        guard let original = EntryPath(target), original != path else {
            throw failure("its link \(quoted(path.components.joined(separator: "/"))) leads out of it")
        }
        let (source, sourceName) = try place(original)
        defer { close(source) }
        let (directory, name) = try place(path)
        defer { close(directory) }
        var status = stat()
        guard fstatat(source, sourceName, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure("its link \(quoted(path.components.joined(separator: "/"))) is to no file before it")
        }
        unlinkat(directory, name, 0)
        guard linkat(source, sourceName, directory, name, 0) == 0 else { throw systemFailure(path) }
    }

    /// The open directory that an entry belongs in, and its name there.
    private func place(_ path: EntryPath) throws(PluginError) -> (directory: Int32, name: String) {
        guard let name = path.components.last else { throw failure("an entry of it has no name") }
        return (try open(path.components.dropLast()), name)
    }

    /// Opens a directory below the root, and makes those that are missing.
    private func open(_ components: some Sequence<String>) throws(PluginError) -> Int32 {
        var directory = fcntl(root, F_DUPFD_CLOEXEC, 0)
        for name in components {
            if mkdirat(directory, name, S_IRWXU) != 0, errno != EEXIST {
                let code = errno
                close(directory)
                throw failure("unpacking \(quoted(name)) failed: \(String(cString: strerror(code)))")
            }
            let next = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            close(directory)
            guard next >= 0 else { throw failure("its entries contradict each other: \(quoted(name)) is no directory") }
            directory = next
        }
        return directory
    }

    private func systemFailure(_ path: EntryPath) -> PluginError {
        let reason = String(cString: strerror(errno))
        return failure("unpacking \(quoted(path.components.joined(separator: "/"))) failed: \(reason)")
    }

    private func failure(_ reason: String) -> PluginError { .cannotLoad(archive, .badArchive, reason) }
}
