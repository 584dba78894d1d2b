/// What an MPI library is and can do, judged by what it says of itself: to try may take the job with it.
package struct MPILibrary: Equatable, Sendable {
    /// The library, or what it descends from, by the process managers that it understands.
    package enum Family: Sendable {
        /// MPICH, Intel MPI, MVAPICH and others.
        case mpich
        case openMPI
        case other
    }

    package let family: Family
    /// Name and version, as in "MPICH 4.0.2".
    package let name: String
    /// Whether processes of a job can start further ones.
    package let canSpawn: Bool

    /// - Parameter version: The text of `MPI_Get_library_version`.
    package init(version text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        func value(_ key: String) -> Substring? {
            lines.first { $0.hasPrefix(key) }.map { line in
                line.dropFirst(key.count).drop { $0.isWhitespace }
            }
        }
        let first = lines.first ?? ""
        guard let version = value("MPICH Version:"), let device = value("MPICH Device:") else {
            canSpawn = false
            family = first.hasPrefix("Open MPI") ? .openMPI : Self.isOfMPICH(text) ? .mpich : .other
            name = Self.name(in: first)
            return
        }
        let numbers = version.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        // Over UCX since 4.3; over other networks for longer than anyone remembers.
        let isNew = numbers.count == 2 && (numbers[0], numbers[1]) >= (4, 3)
        canSpawn = isNew || !device.contains("ucx")
        family = .mpich
        name = "MPICH \(version.prefix { !$0.isWhitespace })"
    }

    private static func isOfMPICH(_ text: String) -> Bool {
        ["MPICH", "MVAPICH", "Intel(R) MPI"].contains { text.contains($0) }
    }

    /// "Open MPI v4.1.4, package: …" is Open MPI 4.1.4; others have a line of their own kind.
    private static func name(in line: Substring) -> String {
        let words = line.prefix { $0 != "," }.split(separator: " ").map { word in
            word.first == "v" && word.dropFirst().first?.isNumber == true ? word.dropFirst() : word
        }
        let beginning = words.joined(separator: " ")
        return beginning.isEmpty ? "an unknown MPI library" : beginning
    }
}
