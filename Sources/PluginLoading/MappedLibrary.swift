import Glibc

/// A library as the kernel sees it in a process: one file, however many segments of it are mapped.
///
/// Two mapped copies of one library mean two of every type in it, which then do not match each other.
package struct MappedLibrary: Hashable, Sendable {
    /// The file, without the mark of a deleted one.
    package let path: String

    /// The numbers of the device and of the file, as `/proc/PID/maps` writes them.
    private let file: String

    /// The distinct files with a name that a process has mapped, in the order of their addresses.
    ///
    /// - Parameters:
    ///   - name: a file name without directories, as `libMPIFutures.so`.
    ///   - process: a process ID; nil for this process.
    /// - Returns: nothing also for a process that has ended or belongs to someone else.
    package static func copies(of name: String, inProcess process: Int32? = nil) -> [MappedLibrary] {
        copies(of: name, inMaps: contents(of: "/proc/\(process.map(String.init) ?? "self")/maps"))
    }

    /// The same, from the text of a `maps` file (`proc(5)`).
    static func copies(of name: String, inMaps maps: String) -> [MappedLibrary] {
        var found: [MappedLibrary] = []
        for line in maps.split(separator: "\n") {
            // Address, permissions, offset, device, inode, and the path, which may contain spaces.
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard fields.count == 6 else { continue }
            var path = String(fields[5].drop { $0 == " " })
            let mark = " (deleted)"
            if path.hasSuffix(mark) { path.removeLast(mark.count) }
            let library = MappedLibrary(path: path, file: "\(fields[3]) \(fields[4])")
            if baseName(path) == name, !found.contains(where: { $0.file == library.file }) { found.append(library) }
        }
        return found
    }
}

/// The text of a file whose size is not known beforehand; empty if it cannot be read.
private func contents(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count > 0 {
            bytes += buffer[..<count]
        } else if count == 0 || errno != EINTR {
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
