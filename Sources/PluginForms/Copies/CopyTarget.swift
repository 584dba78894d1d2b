internal import Glibc
internal import Linux
package import PluginLoading

/// Writes the pieces of a copy into a directory to which nobody else may write.
package final class CopyTarget {
    private let directory: String
    /// The file whose bytes come next.
    private var file: CInt = -1

    /// - Parameter directory: The path of an empty directory.
    package init(_ directory: String) { self.directory = directory }

    deinit { if file >= 0 { close(file) } }

    /// Writes the next piece.
    ///
    /// - Throws: `notStaged` if it cannot be written, or if its path leads out of the directory.
    package func write(_ piece: CopyPiece) throws(PluginError) {
        switch piece {
        case .directory(let path):
            guard mkdir(try place(path), S_IRWXU) == 0 else { throw failure(path) }
        case .file(let path, let isExecutable):
            if file >= 0 { close(file) }
            let mode = S_IRUSR | S_IWUSR | (isExecutable ? S_IXUSR : 0)
            file = open(try place(path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
            guard file >= 0 else { throw failure(path) }
        case .bytes(let bytes):
            guard bytes.withUnsafeBytes({ FileDescriptor.writeAll($0, to: file) }) else { throw failure("") }
        }
    }

    private func place(_ path: String) throws(PluginError) -> String {
        guard let entry = EntryPath(path), !entry.components.isEmpty else { throw failure(path) }
        return "\(directory)/\(entry.components.joined(separator: "/"))"
    }

    private func failure(_ path: String) -> PluginError {
        PluginError(
            code: .notStaged,
            path: path,
            problem: "the copy of the plugin cannot be written to \(quoted(directory))",
            cause: .last,
            remedy: "TMPDIR names another place"
        )
    }
}
