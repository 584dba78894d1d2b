internal import Glibc
package import PluginLoading

/// The form of a plugin on disk.
package enum PluginForm: Hashable, Sendable {
    /// A shared library. Any other file counts as one, too: the loader then says what is wrong with it.
    case library(path: String)
    /// A directory with a library `__main__.so`, used in place.
    case directory(path: String)
    /// A tar or zip file with `__main__.so`, which is unpacked.
    case archive(path: String)
    /// A Swift file, which is compiled.
    case script(path: String)

    /// The name of the library in directories and archives.
    package static let mainLibrary = "__main__.so"

    /// Finds the form of a plugin by its path and the first bytes of the file.
    ///
    /// - Throws: `noMain` for a directory without `__main__.so`.
    package static func of(path: String) throws(PluginError) -> PluginForm {
        var status = stat()
        guard stat(path, &status) == 0 else {
            // Only rank 0 needs the file.
            return path.hasSuffix(".swift") ? .script(path: path) : .library(path: path)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            guard access("\(path)/\(mainLibrary)", F_OK) == 0 else {
                throw .cannotLoad(path, .noMain, "it is a directory without a library \(mainLibrary)")
            }
            return .directory(path: path)
        case S_IFREG:
            if path.hasSuffix(".swift") { return .script(path: path) }
            return ArchiveKind.isArchive(path: path) ? .archive(path: path) : .library(path: path)
        default:
            return .library(path: path)
        }
    }

    /// The path as the user wrote it. It becomes the program's name in its arguments.
    package var path: String {
        switch self {
        case .library(let path), .directory(let path), .archive(let path), .script(let path): path
        }
    }
}
