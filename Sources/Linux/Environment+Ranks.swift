internal import Glibc

extension Environment {
    /// The variable that makes a process a worker. `WorkerInvocation` reads its value.
    package static let workerInvocation = "MPIFUTURES_WORKER"

    /// The prefixes of variables that make a process a rank.
    private static let rankPrefixes = [
        "PMI_", "PMIX_", "OMPI_",
        // Hydra's, in MPICH's old and new versions. Its other variables are settings of the user's.
        "HYDI_CONTROL_FD", "HYDRA_CONTROL_FD", "HYDRA_PROXY_",
    ]

    private static let rankVariables = [
        "MPI_LOCALNRANKS", "MPI_LOCALRANKID", workerInvocation,
        // The variables of a Slurm step's tasks. Other variables of Slurm describe the allocation, which every mpiexec
        // needs.
        "SLURM_PROCID", "SLURM_LOCALID", "SLURM_STEP_NUM_TASKS",
    ]

    /// Returns whether a variable makes a process take itself for a rank or a worker of this job.
    private static func isOfRank(_ name: some Collection<UInt8>) -> Bool {
        rankPrefixes.contains { name.starts(with: $0.utf8) } || rankVariables.contains { name.elementsEqual($0.utf8) }
    }

    /// Returns the environment without the variables that make a child take itself for a rank or a worker of this job.
    ///
    /// A child with such variables would disturb the job, and hang.
    package func withoutRankVariables() -> Environment {
        var copy = self
        copy.removeAll { Self.isOfRank($0) }
        return copy
    }

    /// Removes those variables from the environment of this process. Call it only in a process with one thread.
    package static func unsetRankVariables() {
        // A forked process does this at its start. So it looks only at the names.
        var names: [String] = []
        var place = environ
        while let entry = place.pointee {
            let name = UnsafeRawBufferPointer(start: entry, count: strcspn(entry, "="))
            if isOfRank(name) { names.append(String(decoding: name, as: UTF8.self)) }
            place += 1
        }
        for name in names { unsetenv(name) }
    }
}
