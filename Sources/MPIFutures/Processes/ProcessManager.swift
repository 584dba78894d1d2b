internal import Glibc

/// What the environment tells of the process manager that started this process, before MPI does.
package enum ProcessManager {
    /// Variables that hold the rank, in the dialects of Hydra (PMI), PMIx, Open MPI and Slurm.
    private static let rankVariables = ["PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"]

    /// Whether a process manager started this process; if none did, MPI is not started either.
    package static var isPresent: Bool {
        getenv("PMI_FD") != nil || getenv("PMI_PORT") != nil || rank != nil
    }

    /// This process's rank, as far as the environment tells.
    package static var rank: Int? {
        rankVariables.lazy.compactMap { getenv($0) }.compactMap { Int(String(cString: $0)) }.first
    }

    /// Whether this process is the one that speaks to the user while MPI is not running.
    package static var isSpeaker: Bool { (rank ?? 0) == 0 }
}
