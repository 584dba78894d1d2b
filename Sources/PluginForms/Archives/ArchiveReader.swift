internal import CPluginForms
internal import Glibc
internal import Linux
internal import PluginLoading

/// Reads a tar or zip file from its beginning to its end.
///
/// The function uses libarchive, from version 3.
final class ArchiveReader {
    struct Entry {
        let path: String
        /// The bits of `S_IFMT`.
        let type: mode_t
        let permissions: mode_t
        /// The size as the archive states it, in bytes; nil if it does not.
        let size: Int64?
        let symbolicLink: String?
        /// The path of the entry for which this one is another name; nil for other entries.
        let hardLink: String?
    }

    private let path: String
    private let handle: UnsafeMutableRawPointer
    private let descriptor: Int32

    /// - Throws: `unreadable`, or `badArchive` if the file is not an archive.
    init(path: String) throws(PluginError) {
        if let problem = cforms_archive_load() {
            throw .cannotLoad(path, .badArchive, "it is an archive, and \(String(cString: problem))")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotLoad(path, .unreadable, cause: .last) }
        var status: CInt = 0
        guard let handle = cforms_archive_open(descriptor, &status) else {
            close(descriptor)
            throw .cannotLoad(path, .badArchive, "there is no memory to read it")
        }
        self.path = path
        self.handle = handle
        self.descriptor = descriptor
        guard Int(status) == CFORMS_ARCHIVE_OK else { throw failure }
    }

    deinit {
        cforms_archive_close(handle)
        close(descriptor)
    }

    /// Returns the next entry, or nil after the last one.
    func next() throws(PluginError) -> Entry? {
        var entry: UnsafeMutableRawPointer?
        let status = cforms_archive_next(handle, &entry)
        if Int(status) == CFORMS_ARCHIVE_EOF { return nil }
        // A warning is about a name in another character set, for example.
        guard Int(status) == CFORMS_ARCHIVE_OK || Int(status) == CFORMS_ARCHIVE_WARN, let entry else {
            throw failure
        }
        guard let name = cforms_entry_path(entry) else {
            throw .cannotLoad(path, .badArchive, "an entry of it has no name that can be read")
        }
        let size = cforms_entry_size(entry)
        return Entry(
            path: String(cString: name),
            type: mode_t(cforms_entry_type(entry)),
            permissions: mode_t(cforms_entry_permissions(entry)),
            size: size < 0 ? nil : size,
            symbolicLink: cforms_entry_symlink(entry).map { String(cString: $0) },
            hardLink: cforms_entry_hardlink(entry).map { String(cString: $0) }
        )
    }

    /// Reads a part of the entry's content.
    ///
    /// - Returns: The number of bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(PluginError) -> Int {
        let count = cforms_archive_read(handle, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw failure }
        return count
    }

    private var failure: PluginError {
        let text = cforms_archive_error(handle).map { String(cString: $0) } ?? "libarchive gives no reason"
        return .cannotLoad(path, .badArchive, "it is damaged, or no archive that can be unpacked: \(text)")
    }
}
