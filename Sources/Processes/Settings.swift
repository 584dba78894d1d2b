internal import Glibc
internal import Linux
package import MPIBinding

/// What the environment says about how the processes of a job are to work.
package struct Settings: Equatable {
    /// The thread level to ask MPI for: `MPIFUTURES_THREAD_LEVEL`.
    package var threadLevel = ThreadLevel.multiple
    /// The timeout of `MPI_Finalize` in seconds; with 0 it is not called: `MPIFUTURES_FINALIZE_TIMEOUT`.
    var finalizeTimeout: Double?

    /// How long a process sleeps at most between two looks for messages, in nanoseconds: `MPIFUTURES_BACKOFF`.
    package var longestSleep: UInt64?

    /// How a program starts workers.
    enum Start: String {
        case spawn, mpiexec
        case whatWorks = ""
    }

    /// How a program starts workers: `MPIFUTURES_START`.
    var start = Start.whatWorks

    /// How long workers that a program starts may take until they serve: `MPIFUTURES_START_TIMEOUT`.
    var startTimeout = Duration.seconds(60)

    /// Whether UCX, below MPICH, is told to use the network even between processes of one host: `UCX_TLS`.
    var avoidsSharedMemory = false

    /// As if the environment said nothing.
    package init() {}

    /// - Parameter value: looks a variable up.
    init(_ value: (String) -> String?) throws(SettingsError) {
        if let text = value("MPIFUTURES_THREAD_LEVEL"), !text.isEmpty {
            guard let level = ThreadLevel.allCases.first(where: { "\($0)".hasSuffix("_\(text.uppercased())") }) else {
                throw SettingsError(
                    "MPIFUTURES_THREAD_LEVEL is '\(text)', and has to be single, funneled, serialized or multiple"
                )
            }
            threadLevel = level
        }
        finalizeTimeout = try Self.seconds("MPIFUTURES_FINALIZE_TIMEOUT", value)
        if let text = value("MPIFUTURES_START") {
            guard let start = Start(rawValue: text) else {
                throw SettingsError("MPIFUTURES_START is '\(text)', and has to be spawn or mpiexec")
            }
            self.start = start
        }
        if let seconds = try Self.seconds("MPIFUTURES_BACKOFF", value) {
            longestSleep = UInt64(seconds * 1e9)
        }
        if let seconds = try Self.seconds("MPIFUTURES_START_TIMEOUT", value) { startTimeout = .seconds(seconds) }
        if let transports = value("UCX_TLS")?.split(separator: ","), !transports.isEmpty {
            avoidsSharedMemory = !transports.contains(where: Self.sharedMemory.contains)
        }
    }

    private static func seconds(_ name: String, _ value: (String) -> String?) throws(SettingsError) -> Double? {
        guard let text = value(name), !text.isEmpty else { return nil }
        guard let seconds = Double(text), seconds >= 0, seconds < 1e9 else {
            throw SettingsError("\(name) is '\(text)', and has to be a number of seconds, 0 or more")
        }
        return seconds
    }

    /// The names that UCX has for transports through memory, alone or among others.
    private static let sharedMemory: Set<Substring> = ["all", "shm", "sm", "mm", "posix", "sysv", "xpmem"]

    /// Returns how the processes of a job will leave MPI.
    package func finalizePolicy(isJobOnManyHosts: Bool) -> FinalizePolicy {
        FinalizePolicy(
            timeout: finalizeTimeout ?? (isJobOnManyHosts || avoidsSharedMemory ? 0 : Leaving.defaultTimeout)
        )
    }

    package static func fromEnvironment() throws(SettingsError) -> Settings {
        try Settings { name in Environment[name] }
    }
}

/// A variable of the environment that cannot be understood; one line.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ problem: String) { description = problem }
}
