internal import Glibc

/// Tells archives from other files.
enum ArchiveKind {
    private static let suffixes = [
        ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.lzma", ".tar.zst", ".tzst",
        ".tar.lz4",
    ]

    /// The first bytes of zip, gzip, bzip2, xz, Zstandard and LZ4 files.
    private static let beginnings: [[UInt8]] = [
        [0x50, 0x4b, 0x03, 0x04], [0x50, 0x4b, 0x05, 0x06], [0x1f, 0x8b], Array("BZh".utf8),
        [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], [0x28, 0xb5, 0x2f, 0xfd], [0x04, 0x22, 0x4d, 0x18],
    ]

    /// The offset of the text `ustar` in a POSIX tar header.
    private static let tarMagicOffset = 257

    /// Returns whether a regular file is an archive, by its name or by its content.
    static func isArchive(path: String) -> Bool {
        if suffixes.contains(where: path.hasSuffix) { return true }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var start = [UInt8](repeating: 0, count: 512)
        let count = max(0, read(descriptor, &start, start.count))
        let bytes = start[..<count]
        return beginnings.contains(where: bytes.starts(with:))
            || bytes.dropFirst(tarMagicOffset).starts(with: "ustar".utf8)
    }
}
