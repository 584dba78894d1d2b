import Glibc

/// A file that has been checked to be a complete shared library for this machine.
///
/// `dlopen` maps the parts that the file's headers announce. Pages behind the end of a truncated file then raise
/// SIGBUS, and the messages of `dlopen` for other bad files are terse. So the headers are checked here first, with
/// `pread`. The format is that of the System V ABI, chapters 4 and 5 (`elf(5)`).
package struct ELFImage: Sendable {
    /// The file as the user wrote it.
    package let path: String

    /// The identity of the file's build.
    package let identity: ImageIdentity

    /// Reads and checks a file.
    ///
    /// Missing symbols or dependencies are not an error here: only the loader can find them.
    ///
    /// - Throws: `missing`, `directory`, `unreadable`, `notALibrary`, `wrongArchitecture` or `truncated`.
    package init(path: String) throws(PluginError) { try self.init(path: path, mustBeLibrary: true) }

    /// Reads and checks a library or a program.
    init(anyKind path: String) throws(PluginError) { try self.init(path: path, mustBeLibrary: false) }

    private init(path: String, mustBeLibrary: Bool) throws(PluginError) {
        let file = try RegularFile(path: path)
        let header = try ELFHeader(of: file)
        let segments = try ELFSegments(of: file, header: header)
        if mustBeLibrary { try segments.checkKind(of: file) }
        self.path = path
        if let buildID = try segments.buildID(of: file) {
            self.identity = buildID
        } else {
            self.identity = try ImageIdentity(contentOf: file)
        }
    }
}

extension ImageIdentity {
    /// Returns the hash of any file's bytes.
    init(contentOfFile path: String) throws(PluginError) {
        let file = try RegularFile(path: path)
        try self.init(contentOf: file)
    }

    /// Returns the hash of all bytes of a file.
    fileprivate init(contentOf file: borrowing RegularFile) throws(PluginError) {
        let chunk = 1 << 16
        var hash = ContentHash()
        var offset = 0
        while true {
            let bytes = try file.bytes(at: offset, count: chunk)
            hash.update(bytes)
            offset += bytes.count
            if bytes.count < chunk { break }
        }
        self.init(bytes: hash.bytes)
    }
}

extension PluginError {
    /// Returns the error of a file that is shorter than its headers say.
    static func truncated(_ file: borrowing RegularFile, needed: UInt64) -> PluginError {
        let reason = "it is truncated: \(file.size) bytes of at least \(needed); copy or build it again"
        return cannotLoad(file.path, .truncated, reason)
    }
}
