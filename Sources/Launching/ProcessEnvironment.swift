internal import Glibc

/// This process's environment for programs that are not ranks of its job.
package enum ProcessEnvironment {
    /// What tells a process that it is a rank or a worker. A child that believed it would disturb the job, and hang.
    private static let foreign = [
        "PMI_", "PMIX_", "HYDI_CONTROL_FD=", "MPI_LOCALNRANKS=", "MPI_LOCALRANKID=", "OMPI_", "\(WorkerMark.variable)=",
        // What a step of Slurm's says of its tasks. The rest is about the allocation, which is for every mpiexec.
        "SLURM_PROCID=", "SLURM_LOCALID=", "SLURM_STEP_NUM_TASKS=",
    ]

    /// The entries "NAME=VALUE" of an environment that do not make a process a rank or a worker.
    package static func scrubbed(_ entries: [String]) -> [String] {
        entries.filter { entry in !foreign.contains(where: entry.hasPrefix) }
    }

    /// This process's own environment, scrubbed.
    package static var own: [String] {
        var entries: [String] = []
        var place = environ
        while let entry = place.pointee {
            entries.append(String(cString: entry))
            place += 1
        }
        return scrubbed(entries)
    }
}
