package import Launching

/// The processes of a job that do not know of each other: something started several of them that the MPI library does
/// not understand, so each would run as a job of its own.
///
/// A pure judgement over the environment, the library, and what MPI says.
package struct StarterMismatch: Equatable, Sendable, CustomStringConvertible {
    let starter: Starter
    let library: MPILibrary

    /// - Parameters:
    ///   - value: Looks a variable of the environment up.
    ///   - library: The MPI library of this build.
    ///   - worldSize: The number of ranks that MPI knows of; nil if MPI has not been asked.
    /// - Returns: nil if nothing contradicts that this process is a job of its own, or if MPI knows of others.
    package init?(_ value: (String) -> String?, _ library: MPILibrary, worldSize: Int?) {
        guard (worldSize ?? 1) == 1 else { return nil }
        let starters = Starter.all(value)
        if let own = starters.first(where: { Self.isHeard($0, library, value) }) {
            // What MPI's own process manager says counts, whatever started that: it is the inner one.
            guard worldSize != nil, own.isOneOfSeveral else { return nil }
        }
        let several = starters.filter(\.isOneOfSeveral)
        guard let first = several.first else { return nil }
        // Who is called by its name is easier to recognise than by the protocol that it speaks.
        let named = several.first { $0.dialect != .pmi && $0.dialect != .pmix && $0.rank == first.rank }
        starter = named ?? first
        self.library = library
    }

    /// Whether the library understands those who set these variables.
    private static func isHeard(_ starter: Starter, _ library: MPILibrary, _ value: (String) -> String?) -> Bool {
        switch (library.family, starter.dialect) {
        case (.mpich, .pmi): value("PMI_FD") != nil || value("PMI_PORT") != nil
        case (.openMPI, .openMPI), (.openMPI, .pmix): true
        default: false
        }
    }

    /// Whether this process is the one to tell the user: the lowest rank that knows of the mismatch.
    package var isSpeaker: Bool { starter.rank == (starter.size == nil ? 1 : 0) }

    /// One line.
    package var description: String {
        let count = starter.size.map { "\($0) processes" } ?? "several processes"
        let jobs = starter.size.map { "\($0) separate jobs" } ?? "separate jobs"
        return
            "\(starter.dialect.name) started \(count), but this build's MPI library is \(library.name), for which each "
            + "of them is a job of its own; \(remedy), or set \(Self.overrule)=1 to run \(jobs)"
    }

    /// The variable that permits such jobs.
    package static let overrule = "MPIFUTURES_ALLOW_SINGLETONS"

    private var remedy: String {
        let mpiexec = "start it by the mpiexec of \(library.name)"
        guard starter.dialect == .slurm, library.family == .mpich else { return mpiexec }
        return mpiexec + " or by 'srun --mpi=pmi2'"
    }
}
