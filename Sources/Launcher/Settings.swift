internal import Glibc
internal import MPIBinding

/// What the environment says about how the launcher itself is to work.
struct Settings: Equatable {
    /// The thread level to ask MPI for: `MPIFUTURES_THREAD_LEVEL`.
    var threadLevel = ThreadLevel.multiple
    /// For how many seconds `MPI_Finalize` is waited for; 0 if it is not to be called at all:
    /// `MPIFUTURES_FINALIZE_TIMEOUT`.
    var finalizeTimeout: Double?

    /// Whether UCX, below MPICH, is told to use the network even between processes of one host: `UCX_TLS`.
    var avoidsSharedMemory = false

    /// - Parameter value: looks a variable up.
    init(_ value: (String) -> String?) throws(UsageError) {
        if let text = value("MPIFUTURES_THREAD_LEVEL"), !text.isEmpty {
            guard let level = ThreadLevel.allCases.first(where: { "\($0)".hasSuffix("_\(text.uppercased())") }) else {
                throw UsageError(
                    "MPIFUTURES_THREAD_LEVEL is '\(text)', and has to be single, funneled, serialized or multiple"
                )
            }
            threadLevel = level
        }
        if let text = value("MPIFUTURES_FINALIZE_TIMEOUT"), !text.isEmpty {
            guard let seconds = Double(text), seconds >= 0, seconds < 1e9 else {
                throw UsageError(
                    "MPIFUTURES_FINALIZE_TIMEOUT is '\(text)', and has to be a number of seconds, 0 or more"
                )
            }
            finalizeTimeout = seconds
        }
        if let transports = value("UCX_TLS")?.split(separator: ","), !transports.isEmpty {
            avoidsSharedMemory = !transports.contains(where: Self.sharedMemory.contains)
        }
    }

    /// The names that UCX has for transports through memory, alone or among others.
    private static let sharedMemory: Set<Substring> = ["all", "shm", "sm", "mm", "posix", "sysv", "xpmem"]

    /// How the processes of a job will leave MPI.
    func mannerOfEnding(isJobOnManyHosts: Bool) -> Ending.Manner {
        Ending.Manner(patience: finalizeTimeout ?? (isJobOnManyHosts || avoidsSharedMemory ? 0 : Ending.patience))
    }

    static func fromEnvironment() throws(UsageError) -> Settings {
        try Settings { name in getenv(name).map { String(cString: $0) } }
    }
}
