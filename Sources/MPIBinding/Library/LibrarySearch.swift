/// Says which MPI library this process loads: the one that belongs to the process manager that started it.
///
/// The search depends only on its properties, so tests need no MPI.
package struct LibrarySearch: Equatable, Sendable {
    /// What `MPIFUTURES_MPI` names: a library's file, a directory with `lib` below it, or a family.
    package var named: String?
    /// The program that started this rank: a proxy of `mpiexec`, or `mpiexec` itself.
    package var starter: String?
    /// The family whose process manager has set variables for this rank.
    package var managerFamily: MPIFamily?
    /// The file names of the MPI libraries that the user's program is linked with.
    package var needed: [String] = []
    /// The `mpiexec` that this process would start workers with, and perhaps the user has started this process with.
    package var mpiexec: String?

    package init() {}

    /// Returns the files to try, in order. The loader looks for names without a slash.
    ///
    /// - Parameter exists: Returns whether there is a file.
    package func candidates(exists: (String) -> Bool) -> [String] {
        if let named { return Self.candidates(named: named, near: prefixes(), exists) }
        return Self.candidates(of: families, preferring: needed, in: prefixes(), exists)
    }

    /// Returns the family of `mpiexec`, by its name or by the libraries beside it; nil if neither tells.
    package func familyOfLauncher(exists: (String) -> Bool) -> MPIFamily? {
        guard let mpiexec else { return nil }
        if let family = MPIFamily(starter: Self.fileName(mpiexec)) { return family }
        let beside = Self.candidates(of: MPIFamily.allCases, in: prefixes(), exists).filter { $0.contains("/") }
        return beside.lazy.compactMap { MPIFamily(fileName: Self.fileName($0)) }.first
    }

    /// The families in question, the likeliest one first.
    private var families: [MPIFamily] {
        let likely =
            starter.flatMap { MPIFamily(starter: Self.fileName($0)) } ?? managerFamily
            ?? needed.compactMap { MPIFamily(fileName: $0) }.first
            ?? mpiexec.flatMap { MPIFamily(starter: Self.fileName($0)) }
        guard let likely else { return MPIFamily.allCases }
        return [likely] + MPIFamily.allCases.filter { $0 != likely }
    }

    /// Where the starter's own MPI library is installed, and then that of the `mpiexec` in `PATH`.
    private func prefixes() -> [String] {
        [starter, mpiexec].compactMap { $0 }.map { Self.directory(Self.directory($0)) }
    }

    private static let libraryDirectories = ["lib", "lib64", "lib/release"] + multiarch

    #if arch(x86_64)
        private static let multiarch = ["lib/x86_64-linux-gnu"]
    #elseif arch(arm64)
        private static let multiarch = ["lib/aarch64-linux-gnu"]
    #else
        private static let multiarch: [String] = []
    #endif

    private static func candidates(named: String, near prefixes: [String], _ exists: (String) -> Bool) -> [String] {
        if let family = MPIFamily(rawValue: named) {
            return candidates(of: [family], in: prefixes, exists)
        }
        guard named.contains("/") else { return [named] }
        let inside = candidates(of: MPIFamily.allCases, in: [named], exists).filter { $0.contains("/") }
        return inside.isEmpty ? [named] : inside
    }

    private static func candidates(
        of families: [MPIFamily],
        preferring needed: [String] = [],
        in prefixes: [String],
        _ exists: (String) -> Bool
    ) -> [String] {
        var found: [String] = []
        for family in families {
            let names = needed.filter(family.fileNames.contains) + family.fileNames
            let inPrefixes = prefixes.flatMap { prefix in
                libraryDirectories.flatMap { directory in names.map { "\(prefix)/\(directory)/\($0)" } }
            }
            for path in inPrefixes.filter(exists) + names where !found.contains(path) { found.append(path) }
        }
        return found
    }

    private static func fileName(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    private static func directory(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
