package import Launching

/// The error of processes that a starter of another MPI library has started together: each would run as a job of its
/// own.
///
/// The judgement depends only on the environment, the library and MPI's answer, so tests need no job.
package struct StarterMismatch: Equatable, Sendable, CustomStringConvertible {
    let starter: Starter
    let library: MPILibrary

    /// Looks for a contradiction. Returns nil if there is none, or if MPI knows the other processes.
    ///
    /// - Parameters:
    ///   - value: Returns the value of an environment variable, or nil.
    ///   - library: The MPI library in use.
    ///   - worldSize: The number of ranks that MPI knows of; nil if MPI has not been asked.
    package init?(_ value: (String) -> String?, _ library: MPILibrary, worldSize: Int?) {
        guard (worldSize ?? 1) == 1 else { return nil }
        let starters = Starter.all(value)
        if let own = starters.first(where: { Self.isHeard($0, library, value) }) {
            // The variables of MPI's own process manager count first, because it is the innermost starter.
            guard worldSize != nil, own.isOneOfSeveral else { return nil }
        }
        let several = starters.filter(\.isOneOfSeveral)
        guard let first = several.first else { return nil }
        // A starter's own name tells the user more than the name of its protocol.
        let named = several.first { $0.dialect != .pmi && $0.dialect != .pmix && $0.rank == first.rank }
        starter = named ?? first
        self.library = library
    }

    /// Returns whether the library understands the starter that set these variables.
    private static func isHeard(_ starter: Starter, _ library: MPILibrary, _ value: (String) -> String?) -> Bool {
        switch (library.family, starter.dialect) {
        case (.mpich, .pmi): value("PMI_FD") != nil || value("PMI_PORT") != nil
        case (.openMPI, .openMPI), (.openMPI, .pmix): true
        default: false
        }
    }

    /// Whether this process reports the error. It is the lowest rank that can detect the mismatch.
    package var isSpeaker: Bool { starter.rank == (starter.size == nil ? 1 : 0) }

    /// The error and its remedy, in one line.
    package var description: String {
        let count = starter.size.map { "\($0) processes" } ?? "several processes"
        let jobs = starter.size.map { "\($0) separate jobs" } ?? "separate jobs"
        return
            "\(starter.dialect.name) started \(count), but the MPI library in use is \(library.name), for which each "
            + "of them is a job of its own; \(remedy), or set \(Self.overrule)=1 to run \(jobs)"
    }

    /// The variable that permits such jobs.
    package static let overrule = "MPIFUTURES_ALLOW_SINGLETONS"

    private var remedy: String {
        let mpiexec = "start it by the mpiexec of \(library.name)"
        if starter.dialect == .slurm, library.family == .mpich { return mpiexec + " or by 'srun --mpi=pmi2'" }
        return mpiexec + ", or name the starter's own MPI library in MPIFUTURES_MPI"
    }
}
