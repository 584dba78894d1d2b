/// Who started this process, and as which rank of how many, as one process manager's variables say.
package struct Starter: Equatable, Sendable {
    /// Which variables a process manager sets for each process that it starts.
    enum Dialect: CaseIterable, Sendable {
        // In the order in which they are believed: an outer one's variables may be inherited by what an inner one starts.
        case pmi, pmix, openMPI, mvapich, jsrun, flux, slurm

        /// The process manager, for a sentence.
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

        /// Nil for PMIx, whose processes have to ask a server.
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
    /// Nil where the variables do not tell.
    package let size: Int?

    /// Whether there are other ranks. Without a size only ranks above 0 know.
    package var isOneOfSeveral: Bool { size.map { $0 > 1 } ?? (rank > 0) }

    /// Reads what all dialects say; the first one is believed.
    ///
    /// - Parameter value: Looks a variable up.
    package static func all(_ value: (String) -> String?) -> [Starter] {
        Dialect.allCases.compactMap { dialect in
            guard let rank = value(dialect.rankVariable).flatMap({ Int($0) }), rank >= 0 else { return nil }
            // Slurm sets SLURM_PROCID in batch scripts too, where nothing was started by `srun`.
            if dialect == .slurm, !isTaskOfStep(value("SLURM_STEP_ID")) { return nil }
            let size = dialect.sizeVariable.flatMap(value).flatMap { Int($0) }
            return Starter(dialect: dialect, rank: rank, size: size)
        }
    }

    /// Whether a step of Slurm's has tasks that `srun` started. The highest numbers stand for batch scripts, interactive
    /// shells and the like.
    private static func isTaskOfStep(_ text: String?) -> Bool {
        text.flatMap { UInt32($0) }.map { $0 < 0xFFFF_FFF0 } ?? false
    }
}
