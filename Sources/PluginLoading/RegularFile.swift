import Glibc
internal import Linux

/// An open regular file that is read by position.
///
/// The file is never mapped: a mapped file that another process truncates kills its reader with SIGBUS, while
/// `pread` then only returns less.
package struct RegularFile: ~Copyable {
    let path: String

    /// The size when the file was opened, in bytes.
    package let size: Int

    private let descriptor: Int32

    /// Opens a file.
    ///
    /// - Throws: `missing`, `directory`, `unreadable`, or `notALibrary` if it is not a regular file.
    package init(path: String) throws(PluginError) {
        // O_NONBLOCK: a FIFO without a writer would block the open.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotOpen(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw .cannotOpen(path, code)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            self.path = path
            self.size = Int(status.st_size)
            self.descriptor = descriptor
        case S_IFDIR:
            close(descriptor)
            throw .cannotLoad(path, .directory, "it is a directory, not a shared library")
        default:
            close(descriptor)
            throw .cannotLoad(path, .notALibrary, "it is not a regular file, so not a shared library")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Reads up to `count` bytes. There are fewer only at the end of the file.
    ///
    /// - Throws: `unreadable` if the device or the file system fails.
    package func bytes(at offset: Int, count: Int) throws(PluginError) -> [UInt8] {
        var failure: Int32 = 0
        // A damaged header may ask for more than there is memory. Files of the system, which may fail to be read, have
        // no size.
        let count = max(0, min(count, max(size - min(offset, size), 4096)))
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, offset + filled)
                if got > 0 {
                    filled += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        guard failure == 0 else {
            throw .cannotLoad(path, .unreadable, "reading it failed", cause: SystemError.Code(failure))
        }
        return bytes
    }
}

extension PluginError {
    /// Returns the error of a plugin for an error of `open`.
    fileprivate static func cannotOpen(_ path: String, _ code: Int32) -> PluginError {
        switch code {
        case ENOENT where path.isEmpty:
            return cannotLoad(path, .missing, "the name is empty")
        case ENOENT:
            if let target = symbolicLinkTarget(path) {
                let reason = "it is a symbolic link to \(quoted(target)), which does not exist"
                return cannotLoad(path, .missing, reason)
            }
            return cannotLoad(path, .missing, "no such file")
        case ENOTDIR:
            return cannotLoad(path, .missing, "no such file: a part of the path is not a directory")
        case EACCES, EPERM:
            return cannotLoad(path, .unreadable, "permission denied; the file and its directories must be readable")
        default:
            return cannotLoad(path, .unreadable, cause: SystemError.Code(code))
        }
    }
}

/// Returns the target of a symbolic link, or nil if `path` is not one.
func symbolicLinkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink(path, &buffer, buffer.count)
    guard length > 0 else { return nil }
    return String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
}
