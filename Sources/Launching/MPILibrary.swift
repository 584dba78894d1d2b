/// The name and the abilities of an MPI library, derived from its version text. Trying an ability out could end the
/// job.
package struct MPILibrary: Equatable, Sendable {
    /// The library's family. Libraries of one family understand the same process managers.
    package enum Family: Sendable {
        /// MPICH, Intel MPI, MVAPICH and others.
        case mpich
        case openMPI
        case other
    }

    package let family: Family
    /// The name and version, such as "MPICH 4.0.2".
    package let name: String
    /// Whether processes of a job can start more processes.
    package let canSpawn: Bool

    /// Parses the text of `MPI_Get_library_version`.
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
        // MPICH can spawn over UCX since 4.3, and over other networks in every version in use.
        let isNew = numbers.count == 2 && (numbers[0], numbers[1]) >= (4, 3)
        canSpawn = isNew || !device.contains("ucx")
        family = .mpich
        name = "MPICH \(version.prefix { !$0.isWhitespace })"
    }

    private static func isOfMPICH(_ text: String) -> Bool {
        ["MPICH", "MVAPICH", "Intel(R) MPI"].contains { text.contains($0) }
    }

    /// Returns the name and version in a line. "Open MPI v4.1.4, package: …" is Open MPI 4.1.4; other libraries have
    /// other forms.
    private static func name(in line: Substring) -> String {
        let words = line.prefix { $0 != "," }.split(separator: " ").map { word in
            word.first == "v" && word.dropFirst().first?.isNumber == true ? word.dropFirst() : word
        }
        let beginning = words.joined(separator: " ")
        return beginning.isEmpty ? "an unknown MPI library" : beginning
    }
}
