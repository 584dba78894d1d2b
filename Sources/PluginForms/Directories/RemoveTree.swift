internal import Glibc

/// Removes a directory and what is in it, without following links; what cannot be removed stays.
func removeTree(_ path: String) {
    removeContents(of: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW))
    rmdir(path)
}

/// - Parameter descriptor: An open directory, which this closes; -1 for none.
private func removeContents(of descriptor: Int32) {
    guard descriptor >= 0 else { return }
    guard let stream = fdopendir(descriptor) else {
        close(descriptor)
        return
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name == "." || name == ".." { continue }
        if unlinkat(descriptor, name, 0) == 0 { continue }
        removeContents(of: openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW))
        unlinkat(descriptor, name, AT_REMOVEDIR)
    }
}
