/// What an executor's workers are: which program, how many, where, and with what around them.
///
/// A plain value: how it is carried out, by `MPI_Comm_spawn` or by a job of `mpiexec`, is not its business.
package struct Launch: Equatable, Sendable {
    /// A path, or a name that is looked up in PATH.
    package var executable: String
    /// Without the program's name.
    package var arguments: [String] = []
    package var workerCount: Int
    /// Variables that the workers get beside those of this process.
    package var environment: [String: String] = [:]
    /// Directories in which workers look for modules before all others.
    package var path: [String] = []
    package var workingDirectory: String?
    /// What MPI is told: the keys of an `MPI_Info` for `MPI_Comm_spawn`.
    package var info: [String: String] = [:]

    package init(executable: String, workerCount: Int) {
        self.executable = executable
        self.workerCount = workerCount
    }
}

extension Launch {
    /// The variables for the workers, those that other options stand for included; in the order of their names.
    ///
    /// - Parameter modulePath: What this process has in `MPIFUTURES_PATH`.
    package func workerEnvironment(modulePath: String?) -> [(name: String, value: String)] {
        var variables = environment
        if !path.isEmpty {
            let own = environment[Self.modulePath] ?? modulePath
            variables[Self.modulePath] = (path + (own.map { [$0] } ?? [])).joined(separator: ":")
        }
        return variables.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// Where the workers start: the option, or what MPI's key of that meaning says.
    package var directory: String? { workingDirectory ?? info["wdir"] }

    private static var modulePath: String { "MPIFUTURES_PATH" }
}
