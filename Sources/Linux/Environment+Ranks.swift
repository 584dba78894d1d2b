extension Environment {
    /// The variable that makes a process a worker. `WorkerInvocation` reads its value.
    package static let workerInvocation = "MPIFUTURES_WORKER"

    /// What the names of variables begin with that make a process a rank.
    private static let rankPrefixes = [
        "PMI_", "PMIX_", "OMPI_",
        // Hydra's, in MPICH's old and new versions. Its other variables are settings of the user's.
        "HYDI_CONTROL_FD", "HYDRA_CONTROL_FD", "HYDRA_PROXY_",
    ].map { Array($0.utf8) }

    private static let rankVariables: Set = [
        "MPI_LOCALNRANKS", "MPI_LOCALRANKID", workerInvocation,
        // What a step of Slurm's says of its tasks. The rest is about the allocation, which is for every mpiexec.
        "SLURM_PROCID", "SLURM_LOCALID", "SLURM_STEP_NUM_TASKS",
    ]

    /// Returns the environment without the variables that make a child take itself for a rank or a worker of this job.
    ///
    /// Such a child would disturb the job, and hang.
    package func withoutRankVariables() -> Environment {
        var copy = self
        copy.removeAll { name in
            Self.rankPrefixes.contains(where: name.starts)
                || Self.rankVariables.contains(String(decoding: name, as: UTF8.self))
        }
        return copy
    }
}
