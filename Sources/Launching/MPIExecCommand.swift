/// The command that starts the workers' job: `mpiexec`, for a relay and the workers.
///
/// Rank 0 of the job is the relay, which has to be on this host, whatever hosts the workers are on. The workers' variables
/// are no part of the command: mpiexec hands its own environment on to all ranks.
package struct MPIExecCommand: Equatable, Sendable {
    /// The program to run; looked up in PATH if it has no slash.
    package let program: String
    /// Without the program's name.
    package let arguments: [String]

    /// - Parameters:
    ///   - launcher: The words before all others: `mpiexec`, and options that the site needs.
    ///   - hosts: The hosts for the workers; nil for the launcher's own choice.
    ///   - localHost: This host's name, as other hosts know it.
    package init(
        for launch: Launch,
        launcher: [String],
        hosts: HostList?,
        localHost: String
    ) {
        program = launcher.first ?? Self.usual
        var words = Array(launcher.dropFirst())
        if let hosts {
            let local = Self.option("-localhost", in: words) ?? localHost
            let workers = hosts.distributing(launch.workerCount).map { "\($0.name):\($0.slots)" }
            words += ["-hosts", (["\(local):1"] + workers).joined(separator: ",")]
        }
        words += ["-n", "\(launch.workerCount + 1)"]
        if let directory = launch.directory { words += ["-wdir", directory] }
        arguments = words + [launch.executable] + launch.arguments
    }

    /// What the launcher is called where nobody has said otherwise.
    package static let usual = "mpiexec"

    /// The words of a launcher given as one text.
    package static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private static func option(_ name: String, in words: [String]) -> String? {
        guard let index = words.firstIndex(of: name), words.indices.contains(index + 1) else { return nil }
        return words[index + 1]
    }
}
