internal import Launching

/// The starter of this process, and the process's rank among those it started, from one process manager's variables.
package struct Starter: Equatable, Sendable {
    /// The variables that a process manager sets for each process that it starts.
    enum Dialect: CaseIterable, Sendable {
        // The first match counts. An inner starter comes before the outer ones whose variables its processes may
        // inherit.
        case pmi, pmix, openMPI, mvapich, jsrun, flux, slurm

        /// The process manager, as a sentence calls it.
        var name: String {
            switch self {
            case .pmi: "an mpiexec that speaks PMI (MPICH's or Intel MPI's)"
            case .pmix: "a process manager that speaks PMIx"
            case .openMPI: "Open MPI's mpiexec"
            case .mvapich: "MVAPICH's mpirun_rsh"
            case .jsrun: "jsrun"
            case .flux: "flux"
            case .slurm: "srun"
            }
        }

        fileprivate var rankVariable: String {
            switch self {
            case .pmi: "PMI_RANK"
            case .pmix: "PMIX_RANK"
            case .openMPI: "OMPI_COMM_WORLD_RANK"
            case .mvapich: "MV2_COMM_WORLD_RANK"
            case .jsrun: "JSM_NAMESPACE_RANK"
            case .flux: "FLUX_TASK_RANK"
            case .slurm: "SLURM_PROCID"
            }
        }

        /// The variable of the number of processes. PMIx has none: processes ask a server.
        fileprivate var sizeVariable: String? {
            switch self {
            case .pmi: "PMI_SIZE"
            case .pmix: nil
            case .openMPI: "OMPI_COMM_WORLD_SIZE"
            case .mvapich: "MV2_COMM_WORLD_SIZE"
            case .jsrun: "JSM_NAMESPACE_SIZE"
            case .flux: "FLUX_JOB_SIZE"
            case .slurm: "SLURM_STEP_NUM_TASKS"
            }
        }
    }

    let dialect: Dialect
    package let rank: Int
    /// The number of processes; nil if the variables do not tell.
    package let size: Int?

    /// Whether there are other ranks. Without a size, only ranks above 0 can tell.
    package var isOneOfSeveral: Bool { size.map { $0 > 1 } ?? (rank > 0) }

    /// Reads the variables of all dialects, in order of precedence.
    ///
    /// - Parameter value: Returns the value of a variable, or nil.
    package static func all(_ value: (String) -> String?) -> [Starter] {
        Dialect.allCases.compactMap { dialect in
            guard let rank = value(dialect.rankVariable).flatMap({ Int($0) }), rank >= 0 else { return nil }
            // Slurm sets SLURM_PROCID in batch scripts too, which `srun` did not start.
            if dialect == .slurm, !Allocation.isTaskOfStep(value("SLURM_STEP_ID")) { return nil }
            let size = dialect.sizeVariable.flatMap(value).flatMap { Int($0) }
            return Starter(dialect: dialect, rank: rank, size: size)
        }
    }
}
