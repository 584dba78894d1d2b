internal import Glibc

/// The shared memory that MPICH names on this host until `MPI_Finalize`.
///
/// A job that is aborted does not reach `MPI_Finalize`. Its memory would stay in use until the next boot.
enum SharedSegments {
    private static let prefix = "/dev/shm/mpich_"

    /// Removes the names. Processes keep the memory that they have mapped.
    static func unlinkAll() {
        guard let maps = fopen("/proc/self/maps", "re") else { return }
        defer { fclose(maps) }
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, CInt(line.count), maps) != nil {
            let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            let path = text.split(whereSeparator: \.isWhitespace).last ?? ""
            if path.hasPrefix(prefix) { unlink(String(path)) }
        }
    }
}
