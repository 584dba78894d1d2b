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
        // As it is: what a program has left here need not be UTF-8.
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            guard let name = bytes.assumingMemoryBound(to: CChar.self).baseAddress, !isOwnOrParent(name) else { return }
            if unlinkat(descriptor, name, 0) == 0 { return }
            removeContents(of: openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW))
            unlinkat(descriptor, name, AT_REMOVEDIR)
        }
    }
}

private func isOwnOrParent(_ name: UnsafePointer<CChar>) -> Bool { strcmp(name, ".") == 0 || strcmp(name, "..") == 0 }
