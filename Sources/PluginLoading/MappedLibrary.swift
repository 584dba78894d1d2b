internal import Linux

/// A library in the memory of a process, as the kernel sees it: one file, with any number of mapped segments.
///
/// Two mapped copies of one library have two of each of its types, which do not match each other.
package struct MappedLibrary: Hashable, Sendable {
    /// The path of the file, without the mark of a deleted file.
    package let path: String

    /// The numbers of the device and of the file, as `/proc/PID/maps` writes them.
    private let file: String

    /// Returns the distinct files of a name that a process has mapped, in the order of their addresses.
    ///
    /// - Parameters:
    ///   - name: A file name without directories, such as `libMPIFutures.so`.
    ///   - process: A process ID; nil for this process.
    /// - Returns: The files; none for a process that has ended or belongs to another user.
    package static func copies(of name: String, inProcess process: Int32? = nil) -> [MappedLibrary] {
        copies(of: name, inMaps: SystemFile.text(of: "/proc/\(process.map(String.init) ?? "self")/maps"))
    }

    /// Returns the distinct files of a name in the text of a `maps` file (`proc(5)`).
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
