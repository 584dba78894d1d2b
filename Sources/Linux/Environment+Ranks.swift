internal import Glibc

extension Environment {
    /// The variable that makes a process a worker. `WorkerInvocation` reads its value.
    package static let workerInvocation = "MPIFUTURES_WORKER"

    /// The prefixes of variables that make a process a rank.
    private static let rankPrefixes = [
        "PMI_", "PMIX_",
        // Hydra's, in MPICH's old and new versions. Its other variables are settings of the user's.
        "HYDI_CONTROL_FD", "HYDRA_CONTROL_FD", "HYDRA_PROXY_",
    ]

    private static let rankVariables = [
        "MPI_LOCALNRANKS", "MPI_LOCALRANKID", workerInvocation,
        // The variables of a Slurm step's tasks. Other variables of Slurm describe the allocation, which every mpiexec
        // needs.
        "SLURM_PROCID", "SLURM_LOCALID", "SLURM_STEP_NUM_TASKS",
    ]

    /// The prefixes of variables that Open MPI sets for ranks. Outside of ranks they begin settings of the site or the
    /// user.
    private static let openMPIPrefixes = ["OMPI_", "PRTE_LAUNCHED", "PRTE_SHARED_FS", "OPAL_USER_PARAMS_GIVEN"]

    /// The prefixes of settings among them, which ranks have from their site or user.
    private static let openMPISettings = ["OMPI_MCA_", "OMPI_ALLOW_RUN_AS_ROOT"]

    /// The prefixes of names that look like settings, and that Open MPI sets for ranks.
    private static let openMPIInternals = [
        "OMPI_MCA_ess", "OMPI_MCA_orte_", "OMPI_MCA_initial_wdir", "OMPI_MCA_mpi_oversubscribe", "OMPI_MCA_pmix",
        "OMPI_MCA_shmem_RUNTIME", "OMPI_MCA_num_procs", "OMPI_MCA_cpu_type", "OMPI_MCA_PREFIXES",
    ]

    /// Returns whether a variable makes a process take itself for a rank or a worker of this job.
    ///
    /// - Parameter isOpenMPIRank: Whether the environment is that of a rank of Open MPI.
    private static func isOfRank(_ name: some Collection<UInt8>, isOpenMPIRank: Bool) -> Bool {
        func begins(with prefixes: [String]) -> Bool { prefixes.contains { name.starts(with: $0.utf8) } }
        if isOpenMPIRank, begins(with: openMPIPrefixes) {
            return !begins(with: openMPISettings) || begins(with: openMPIInternals)
        }
        return begins(with: rankPrefixes) || rankVariables.contains { name.elementsEqual($0.utf8) }
    }

    private static let openMPIRank = "OMPI_COMM_WORLD_RANK"

    /// Returns the environment without the variables that make a child take itself for a rank or a worker of this job.
    ///
    /// A child with such variables would disturb the job, and hang.
    package func withoutRankVariables() -> Environment {
        let isOpenMPIRank = self[Self.openMPIRank] != nil
        var copy = self
        copy.removeAll { Self.isOfRank($0, isOpenMPIRank: isOpenMPIRank) }
        return copy
    }

    /// Removes those variables from the environment of this process. Call it only in a process with one thread.
    package static func unsetRankVariables() {
        let isOpenMPIRank = isSet(openMPIRank)
        // A forked process does this at its start. So it looks only at the names.
        var names: [String] = []
        var place = environ
        while let entry = place.pointee {
            let name = UnsafeRawBufferPointer(start: entry, count: strcspn(entry, "="))
            if isOfRank(name, isOpenMPIRank: isOpenMPIRank) { names.append(String(decoding: name, as: UTF8.self)) }
            place += 1
        }
        for name in names { unsetenv(name) }
    }
}
