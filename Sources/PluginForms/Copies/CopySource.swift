internal import Glibc
internal import Linux
internal import PluginLoading

/// Reads a file, or a directory with all that is in it, in pieces.
///
/// Symbolic links are followed, so that a copy is complete on a host that has nothing else. Files that are neither
/// regular nor directories are left out.
package struct CopySource {
    private let root: String
    private let limits: ArchiveLimits
    private var entries = 0
    private var bytes: Int64 = 0
    /// The directories above the one that is read, by device and number.
    private var ancestors: [[UInt64]] = []

    private static let pieceSize = 1 << 20

    /// - Parameter root: The path of the file or the directory.
    package init(_ root: String, limits: ArchiveLimits = ArchiveLimits()) {
        self.root = root
        self.limits = limits
    }

    /// Calls `body` with each piece.
    ///
    /// - Throws: `PluginError` if a file cannot be read, or if the copy would pass the limits; what `body` throws.
    package mutating func forEachPiece(_ body: (CopyPiece) throws -> Void) throws {
        var status = stat()
        guard stat(root, &status) == 0 else { throw failure("it cannot be read", cause: .last) }
        if status.st_mode & S_IFMT == S_IFDIR { return try readDirectory("", status, body) }
        try readFile(root, as: String(root.split(separator: "/").last ?? ""), status, body)
    }

    /// - Parameter prefix: The directory's path below the root, with a slash at its end; empty for the root.
    private mutating func readDirectory(
        _ prefix: String,
        _ status: stat,
        _ body: (CopyPiece) throws -> Void
    ) throws {
        let identity = [UInt64(status.st_dev), UInt64(status.st_ino)]
        guard !ancestors.contains(identity) else { throw failure("a link in it leads back into it") }
        guard ancestors.count < limits.depth else {
            throw failure("it is more than \(limits.depth) directories deep")
        }
        ancestors.append(identity)
        defer { ancestors.removeLast() }
        for name in try names(in: "\(root)/\(prefix)") {
            let path = prefix + name
            var status = stat()
            guard stat("\(root)/\(path)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                try count()
                try body(.directory(path: path))
                try readDirectory(path + "/", status, body)
            case S_IFREG: try readFile("\(root)/\(path)", as: path, status, body)
            default: continue
            }
        }
    }

    private mutating func readFile(
        _ path: String,
        as name: String,
        _ status: stat,
        _ body: (CopyPiece) throws -> Void
    ) throws {
        try count()
        let file = try RegularFile(path: path)
        try body(.file(path: name, isExecutable: status.st_mode & S_IXUSR != 0))
        var offset = 0
        while case let piece = try file.bytes(at: offset, count: Self.pieceSize), !piece.isEmpty {
            offset += piece.count
            bytes += Int64(piece.count)
            guard bytes <= limits.bytes else { throw failure("it has more than \(limits.bytes) bytes") }
            try body(.bytes(piece))
        }
    }

    private mutating func count() throws(PluginError) {
        entries += 1
        guard entries <= limits.entries else { throw failure("it has more than \(limits.entries) entries") }
    }

    private func names(in directory: String) throws(PluginError) -> [String] {
        guard let stream = opendir(directory) else { throw failure("it cannot be read", cause: .last) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func failure(_ reason: String, cause: SystemError.Code? = nil) -> PluginError {
        PluginError(
            code: .notStaged,
            path: root,
            problem: "cannot send \(quoted(root)) to the hosts that lack it: \(reason)",
            cause: cause,
            remedy: "copy it to all hosts"
        )
    }
}
