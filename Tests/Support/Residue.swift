import Foundation

/// The names in directories where programs leave things behind, at one moment.
package struct Residue: Sendable {
    private let paths: Set<String>
    private let directories: [String]

    /// - Parameter directories: By default where POSIX shared memory and temporary files are.
    package init(in directories: [String] = ["/dev/shm", FileManager.default.temporaryDirectory.path]) {
        self.directories = directories
        paths = Self.names(in: directories)
    }

    /// What has come since and belongs to no living process: nobody maps it or has it open.
    ///
    /// So the files of other programs that run on the machine do not count, while they run.
    package func left() -> [String] {
        let new = Self.names(in: directories).subtracting(paths)
        guard !new.isEmpty else { return [] }
        return new.subtracting(Self.filesInUse()).sorted()
    }

    /// Whether a segment is MPI's own: a process that is killed inside of `MPI_Init`, as tests do that run beside others,
    /// leaves one behind, and nobody could remove it.
    private static func isOfMPI(_ name: String) -> Bool { name.hasPrefix("ucx_shm_") || name.hasPrefix("mpich_sh") }

    private static func names(in directories: [String]) -> Set<String> {
        var paths = Set<String>()
        for directory in directories {
            let directory = URL(fileURLWithPath: directory).path
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            paths.formUnion(names.filter { !isOfMPI($0) }.map { "\(directory)/\($0)" })
        }
        return paths
    }

    private static func filesInUse() -> Set<String> {
        var paths = Set<String>()
        let files = FileManager.default
        for id in ProcessTable.read().keys {
            let open = "/proc/\(id)/fd"
            for name in (try? files.contentsOfDirectory(atPath: open)) ?? [] {
                if let path = try? files.destinationOfSymbolicLink(atPath: "\(open)/\(name)") { paths.insert(path) }
            }
            let maps = files.contents(atPath: "/proc/\(id)/maps") ?? Data()
            for line in maps.split(separator: UInt8(ascii: "\n")) {
                guard let slash = line.firstIndex(of: UInt8(ascii: "/")) else { continue }
                paths.insert(String(decoding: line[slash...], as: UTF8.self))
            }
        }
        return paths
    }
}
