/// The command line of the `mpiexec` that starts the workers' job.
///
/// Open MPI's `mpiexec` has other options than MPICH's. Rank 0 of the job is the relay. It must run on this host, whatever hosts the workers run on. The command does not
/// contain the workers' variables, because `mpiexec` gives its own environment to all ranks.
package struct MPIExecCommand: Equatable, Sendable {
    /// The program to run. A name without a slash is looked up in PATH.
    package let program: String
    /// The arguments, without the program's name.
    package let arguments: [String]

    /// What the command does not read from the launch.
    package struct Surroundings: Equatable, Sendable {
        /// This host's name, as other hosts know it.
        package var localHost: String
        /// Whether the launcher is Open MPI's.
        package var isOpenMPI = false
        /// Whether this process is root's. Open MPI refuses to run for root unless told.
        package var isRoot = false
        /// The variables that ranks on other hosts need. MPICH passes all on, and Open MPI those that are named.
        package var variables: [String] = []

        package init(localHost: String) { self.localHost = localHost }
    }

    /// Makes the command.
    ///
    /// - Parameters:
    ///   - launcher: The first words: `mpiexec`, and options that the site needs.
    ///   - hosts: The hosts of the workers; nil leaves the choice to the launcher.
    ///   - surroundings: The rest of what the command depends on.
    package init(
        for launch: Launch,
        launcher: [String],
        hosts: HostList?,
        _ surroundings: Surroundings
    ) {
        program = launcher.first ?? Self.usual
        let own = Array(launcher.dropFirst())
        let options =
            surroundings.isOpenMPI
            ? Self.openMPIOptions(launch, own, hosts, surroundings)
            : Self.mpichOptions(launch, own, hosts, surroundings)
        arguments = own + options + [launch.executable] + launch.arguments
    }

    private static func mpichOptions(
        _ launch: Launch,
        _ own: [String],
        _ hosts: HostList?,
        _ surroundings: Surroundings
    ) -> [String] {
        var words: [String] = []
        if let hosts {
            let local = option("-localhost", in: own) ?? surroundings.localHost
            words += ["-hosts", list(hosts, launch, local)]
        }
        words += ["-n", "\(launch.workerCount + 1)"]
        if let directory = launch.directory { words += ["-wdir", directory] }
        return words
    }

    private static func openMPIOptions(
        _ launch: Launch,
        _ own: [String],
        _ hosts: HostList?,
        _ surroundings: Surroundings
    ) -> [String] {
        var words: [String] = []
        if let hosts { words += ["--host", list(hosts, launch, surroundings.localHost)] }
        words += ["-n", "\(launch.workerCount + 1)"]
        // More processes than cores are allowed, as with MPICH. The relay is one more than the workers.
        if !own.contains("--map-by") { words.append("--oversubscribe") }
        // A rank that is bound to a core would pass that on to the commands that it runs.
        if !own.contains("--bind-to") { words += ["--bind-to", "none"] }
        if surroundings.isRoot { words.append("--allow-run-as-root") }
        if let directory = launch.directory { words += ["--wdir", directory] }
        // The command has no values, because every user of a host can read those.
        if hosts != nil { words += surroundings.variables.flatMap { ["-x", $0] } }
        return words
    }

    /// Returns the list of hosts with their slots. The relay's host is the first.
    private static func list(_ hosts: HostList, _ launch: Launch, _ local: String) -> String {
        let workers = hosts.distributing(launch.workerCount).map { "\($0.name):\($0.slots)" }
        return (["\(local):1"] + workers).joined(separator: ",")
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
