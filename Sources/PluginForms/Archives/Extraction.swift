internal import Glibc
internal import Linux
package import PluginLoading

/// Unpacks an archive. Nothing of it can get outside of one directory.
///
/// Every directory of an entry's path is opened separately and without following links. So no link, whether from the
/// archive or made meanwhile, leads elsewhere.
package final class Extraction {
    private let archive: String
    private let limits: ArchiveLimits
    private let root: Int32
    private let reader: ArchiveReader
    private var entries = 0
    private var bytes: Int64 = 0

    /// Unpacks an archive to a directory.
    ///
    /// - Parameters:
    ///   - archive: The path of a tar or zip file.
    ///   - directory: An existing and empty directory to which nobody else may write.
    /// - Throws: `unreadable`, or `badArchive` if the archive is damaged or too large, has device files, or has a path
    ///   or a link that leads out of it. The caller removes what was unpacked before.
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
            throw failure("it cannot be unpacked to \(directory)", cause: .last)
        }
    }

    deinit { close(root) }

    private func unpack(_ entry: ArchiveReader.Entry) throws(PluginError) {
        try count()
        let path = try path(entry.path)
        if let target = entry.hardLink { return try link(path, to: target) }
        switch entry.type {
        case S_IFDIR:
            try makeDirectory(path)
        case S_IFREG, 0:
            try unpackFile(path, entry)
        case S_IFLNK:
            try linkSymbolically(path, to: entry.symbolicLink ?? "")
        default:
            throw failure("its entry \(quoted(entry.path)) is neither a file nor a directory nor a link")
        }
    }

    /// Counts an entry, or a directory that the archive needs and does not name.
    private func count() throws(PluginError) {
        entries += 1
        guard entries <= limits.entries else {
            throw failure("it has more than \(limits.entries) entries; unpack it, and give the directory")
        }
    }

    /// Checks the path of an entry or of a hard link's target.
    private func path(_ text: String) throws(PluginError) -> EntryPath {
        let shown = quoted(String(text.prefix(200)))
        guard text.utf8.count <= limits.pathLength else {
            throw failure("its entry \(shown) has a path of more than \(limits.pathLength) bytes")
        }
        guard let path = EntryPath(text) else { throw failure("its entry \(shown) would lie outside of it") }
        guard path.components.count <= limits.depth else {
            throw failure("its entry \(shown) lies more than \(limits.depth) directories deep")
        }
        return path
    }

    private func makeDirectory(_ path: EntryPath) throws(PluginError) {
        guard let name = path.components.last else { return }
        let parent = try open(path.components.dropLast(), makesMissing: true)
        defer { close(parent) }
        guard mkdirat(parent, name, S_IRWXU) == 0 || errno == EEXIST else { throw systemFailure(path) }
        close(try open(name, in: parent))
    }

    private func unpackFile(_ path: EntryPath, _ entry: ArchiveReader.Entry) throws(PluginError) {
        // The size is checked before a byte is written.
        if let size = entry.size { try checkSize(size) }
        let (directory, name) = try place(path)
        defer { close(directory) }
        let mode = S_IRUSR | S_IWUSR | (entry.permissions & S_IXUSR)
        // The entry must not be written through a link, nor to a file with other names. A second entry of one name
        // replaces the first.
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
            let content = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk)[..<count])
            guard FileDescriptor.writeAll(content, to: file) else { throw systemFailure(path) }
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
        let original = try self.path(target)
        guard original != path else {
            throw failure("its link \(quoted(path.components.joined(separator: "/"))) leads to itself")
        }
        let (source, sourceName) = try place(original, makesMissing: false)
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

    /// Returns the open directory of an entry, and the entry's name there.
    private func place(
        _ path: EntryPath,
        makesMissing: Bool = true
    ) throws(PluginError) -> (directory: Int32, name: String) {
        guard let name = path.components.last else { throw failure("an entry of it has no name") }
        return (try open(path.components.dropLast(), makesMissing: makesMissing), name)
    }

    /// Opens a directory below the root. At most two descriptors are open on the way.
    ///
    /// - Parameter makesMissing: Whether to make the directories that are missing. Each of them counts as an entry.
    private func open(_ components: some Sequence<String>, makesMissing: Bool) throws(PluginError) -> Int32 {
        var directory = fcntl(root, F_DUPFD_CLOEXEC, 0)
        guard directory >= 0 else { throw failure("it cannot be unpacked", cause: .last) }
        for name in components {
            let parent = directory
            defer { close(parent) }
            if makesMissing {
                if mkdirat(parent, name, S_IRWXU) == 0 {
                    try count()
                } else if errno != EEXIST {
                    throw failure("unpacking \(quoted(name)) failed", cause: .last)
                }
            }
            directory = try open(name, in: parent)
        }
        return directory
    }

    private func open(_ name: String, in directory: Int32) throws(PluginError) -> Int32 {
        let opened = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard opened < 0 else { return opened }
        switch errno {
        case ENOTDIR, ELOOP: throw failure("its entries contradict each other: \(quoted(name)) is no directory")
        case ENOENT: throw failure("a link of it is to no file before it: there is no directory \(quoted(name))")
        default: throw failure("unpacking \(quoted(name)) failed", cause: .last)
        }
    }

    private func systemFailure(_ path: EntryPath) -> PluginError {
        let cause = SystemError.Code.last
        return failure("unpacking \(quoted(path.components.joined(separator: "/"))) failed", cause: cause)
    }

    private func failure(_ reason: String, cause: SystemError.Code? = nil) -> PluginError {
        .cannotLoad(archive, .badArchive, reason, cause: cause)
    }
}
