import Foundation

/// The names in directories where programs leave things behind, at one moment.
package struct Residue: Sendable {
    private let paths: Set<String>
    private let directories: [String]
    private let isWanted: @Sendable (_ name: String) -> Bool

    /// - Parameter directories: By default where POSIX shared memory and temporary files are.
    package init(in directories: [String] = Self.usualDirectories) {
        self.init(in: directories) { name in !Self.segmentPrefixes.contains { name.hasPrefix($0) } }
    }

    private init(in directories: [String], _ isWanted: @escaping @Sendable (String) -> Bool) {
        self.directories = directories
        self.isWanted = isWanted
        paths = Self.names(in: directories, isWanted)
    }

    package static var usualDirectories: [String] { ["/dev/shm", FileManager.default.temporaryDirectory.path] }

    /// What has come since and belongs to no living process: nobody maps it or has it open.
    ///
    /// So the files of other programs that run on the machine do not count, while they run.
    package func left() -> [String] {
        let new = Self.names(in: directories, isWanted).subtracting(paths)
        guard !new.isEmpty else { return [] }
        return new.subtracting(Self.filesInUse()).sorted()
    }

    /// MPI's own segments: a process that is killed inside of `MPI_Init`, as tests do that run beside others, leaves one
    /// behind, and nobody could remove it.
    private static let segmentPrefixes = ["ucx_shm_", "mpich_sh"]

    /// Has what MPI and mpiexec leave, because tests have killed them, taken away when the tests end.
    package static let sweep: Void = {
        _ = ofMPI
        atexit { for path in Residue.ofMPI.left() { unlink(path) } }
    }()

    private static let ofMPI = Residue(in: usualDirectories) { name in
        (segmentPrefixes + ["hydra_hwloc_xmlfile_"]).contains { name.hasPrefix($0) }
    }

    private static func names(in directories: [String], _ isWanted: (String) -> Bool) -> Set<String> {
        var paths = Set<String>()
        for directory in directories {
            let directory = URL(fileURLWithPath: directory).path
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            paths.formUnion(names.filter(isWanted).map { "\(directory)/\($0)" })
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
