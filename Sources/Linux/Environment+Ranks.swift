extension Environment {
    /// The variable that makes a process a worker. `WorkerInvocation` reads its value.
    package static let workerInvocation = "MPIFUTURES_WORKER"

    /// The prefixes of variables that make a process a rank.
    private static let rankPrefixes = [
        "PMI_", "PMIX_", "OMPI_",
        // Hydra's, in MPICH's old and new versions. Its other variables are settings of the user's.
        "HYDI_CONTROL_FD", "HYDRA_CONTROL_FD", "HYDRA_PROXY_",
    ].map { Array($0.utf8) }

    private static let rankVariables: Set = [
        "MPI_LOCALNRANKS", "MPI_LOCALRANKID", workerInvocation,
        // The variables of a Slurm step's tasks. Other variables of Slurm describe the allocation, which every mpiexec
        // needs.
        "SLURM_PROCID", "SLURM_LOCALID", "SLURM_STEP_NUM_TASKS",
    ]

    /// Returns the environment without the variables that make a child take itself for a rank or a worker of this job.
    ///
    /// A child with such variables would disturb the job, and hang.
    package func withoutRankVariables() -> Environment {
        var copy = self
        copy.removeAll { name in
            Self.rankPrefixes.contains(where: name.starts)
                || Self.rankVariables.contains(String(decoding: name, as: UTF8.self))
        }
        return copy
    }
}
