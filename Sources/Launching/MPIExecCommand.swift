/// The command line of the `mpiexec` that starts the workers' job.
///
/// Rank 0 of the job is the relay. It must run on this host, whatever hosts the workers run on. The command does not
/// contain the workers' variables, because `mpiexec` gives its own environment to all ranks.
package struct MPIExecCommand: Equatable, Sendable {
    /// The program to run. A name without a slash is looked up in PATH.
    package let program: String
    /// The arguments, without the program's name.
    package let arguments: [String]

    /// Makes the command.
    ///
    /// - Parameters:
    ///   - launcher: The first words: `mpiexec`, and options that the site needs.
    ///   - hosts: The hosts of the workers; nil leaves the choice to the launcher.
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

    /// The launcher that is used unless the user names another one.
    package static let usual = "mpiexec"

    /// Splits a launcher that is given as one text into words.
    package static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private static func option(_ name: String, in words: [String]) -> String? {
        guard let index = words.firstIndex(of: name), words.indices.contains(index + 1) else { return nil }
        return words[index + 1]
    }
}
