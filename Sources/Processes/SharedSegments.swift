internal import Glibc

/// The shared memory that MPICH has on this host under a name, until `MPI_Finalize`.
///
/// A job that is given up does not get there; its memory would be used up to the next start of the machine.
enum SharedSegments {
    private static let prefix = "/dev/shm/mpich_"

    /// Takes the names away; what this process and others have mapped, they keep.
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
