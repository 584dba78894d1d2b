internal import Glibc

/// What the environment tells of the process manager that started this process, before MPI does.
enum ProcessManager {
    /// Variables that hold the rank, in the dialects of Hydra (PMI), PMIx, Open MPI and Slurm.
    private static let rankVariables = ["PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"]

    /// Whether a process manager started this process; if none did, MPI is not started either.
    static var isPresent: Bool {
        getenv("PMI_FD") != nil || getenv("PMI_PORT") != nil || rank != nil
    }

    /// This process's rank, as far as the environment tells.
    static var rank: Int? {
        rankVariables.lazy.compactMap { getenv($0) }.compactMap { Int(String(cString: $0)) }.first
    }

    /// Whether this process is the one that speaks to the user while MPI is not running.
    static var isSpeaker: Bool { (rank ?? 0) == 0 }
}
