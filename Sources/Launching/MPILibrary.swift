/// What an MPI library can do, judged by what it says of itself: to try may take the job with it.
package struct MPILibrary: Equatable, Sendable {
    /// Whether processes of a job can start further ones.
    package let canSpawn: Bool

    /// - Parameter version: The text of `MPI_Get_library_version`.
    package init(version text: String) {
        func value(_ key: String) -> Substring? {
            text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(key) }.map { line in
                line.dropFirst(key.count).drop { $0.isWhitespace }
            }
        }
        guard let version = value("MPICH Version:"), let device = value("MPICH Device:") else {
            canSpawn = false
            return
        }
        let numbers = version.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        // Over UCX since 4.3; over other networks for longer than anyone remembers.
        let isNew = numbers.count == 2 && (numbers[0], numbers[1]) >= (4, 3)
        canSpawn = isNew || !device.contains("ucx")
    }
}
