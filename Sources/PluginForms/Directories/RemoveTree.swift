internal import Glibc

/// Removes a directory and its content, without following links. Entries that cannot be removed stay.
///
/// The directory may have any depth: at most three descriptors are open, and nothing recurses. Directories that are
/// found further down are moved to the top, and removed from there.
func removeTree(_ path: String) {
    let root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    if root >= 0 {
        let remover = TreeRemover(root: root)
        while remover.makePass() {}
        close(root)
    }
    rmdir(path)
}

private final class TreeRemover {
    let root: Int32
    private var nextNumber = 0
    /// Whether this pass has removed or moved anything.
    private var hasChanged = false

    init(root: Int32) { self.root = root }

    /// Removes the entries of the root. Directories that are moved there meanwhile are left to the next pass.
    ///
    /// - Returns: Whether another pass may remove more.
    func makePass() -> Bool {
        hasChanged = false
        forEachName(in: root) { name in
            // A directory's files are removed now, and its directories are moved to the root.
            remove(name, in: root) { directory in
                forEachName(in: directory) { name in remove(name, in: directory) { _ in raise(name, from: directory) } }
            }
        }
        return hasChanged
    }

    /// Removes a file or an empty directory. `empty` empties other directories.
    private func remove(
        _ name: UnsafePointer<CChar>,
        in directory: Int32,
        _ empty: (_ directory: Int32) -> Void
    ) {
        if unlinkat(directory, name, 0) == 0 || unlinkat(directory, name, AT_REMOVEDIR) == 0 {
            hasChanged = true
            return
        }
        let opened = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard opened >= 0 else { return }
        // A directory without the permission to write cannot be emptied or moved.
        fchmod(opened, S_IRWXU)
        empty(opened)
        close(opened)
        if unlinkat(directory, name, AT_REMOVEDIR) == 0 { hasChanged = true }
    }

    /// Moves a directory to the root, under a name that is free there.
    private func raise(_ name: UnsafePointer<CChar>, from directory: Int32) {
        while true {
            nextNumber += 1
            if renameat(directory, name, root, "removed-\(nextNumber)") == 0 {
                hasChanged = true
                return
            }
            guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else { return }
        }
    }

    /// Calls `body` with the names of a directory's entries as bytes, since the names of a program's files need not be
    /// UTF-8.
    private func forEachName(in directory: Int32, _ body: (UnsafePointer<CChar>) -> Void) {
        // The new descriptor has its own position, which begins at the first entry.
        let descriptor = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                guard let name = bytes.assumingMemoryBound(to: CChar.self).baseAddress, !isOwnOrParent(name) else {
                    return
                }
                body(name)
            }
        }
    }
}

private func isOwnOrParent(_ name: UnsafePointer<CChar>) -> Bool { strcmp(name, ".") == 0 || strcmp(name, "..") == 0 }
