/// The workers that an executor starts: their program, number, hosts and environment.
///
/// The value does not depend on how they are started, by `MPI_Comm_spawn` or by a job of `mpiexec`.
package struct Launch: Equatable, Sendable {
    /// The program. A name without a slash is looked up in PATH.
    package var executable: String
    /// The arguments, without the program's name.
    package var arguments: [String] = []
    package var workerCount: Int
    /// Variables that are added to the environment of this process.
    package var environment: [String: String] = [:]
    /// Variables that each worker gets with its own numbers in them.
    package var templates = WorkerTemplates()
    /// Directories in which workers look for modules first.
    package var path: [String] = []
    package var workingDirectory: String?
    /// The keys and values of an `MPI_Info`, as for `MPI_Comm_spawn`.
    package var info: [String: String] = [:]

    package init(executable: String, workerCount: Int) {
        self.executable = executable
        self.workerCount = workerCount
    }
}

extension Launch {
    /// Returns the variables that the options ask for, in the order of their names.
    ///
    /// - Parameters:
    ///   - modulePath: The value of `MPIFUTURES_PATH` in this process.
    ///   - withTemplates: Whether workers get the templates, which they expand by themselves.
    package func workerEnvironment(modulePath: String?, withTemplates: Bool = false) -> [(name: String, value: String)]
    {
        var variables = environment
        if withTemplates, !templates.isEmpty { variables[WorkerTemplates.variable] = templates.lines }
        if !path.isEmpty {
            let own = environment[Self.modulePath] ?? modulePath
            variables[Self.modulePath] = (path + (own.map { [$0] } ?? [])).joined(separator: ":")
        }
        return variables.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// The workers' directory: the option, or else MPI's key `wdir`.
    package var directory: String? { workingDirectory ?? info["wdir"] }

    private static var modulePath: String { "MPIFUTURES_PATH" }
}
