internal import Glibc
package import Journals
package import Launching
internal import Linux
package import MPIBinding
package import Scheduling
package import Transport

/// The settings that the environment has for the processes of a job.
///
/// An option of an executor reaches its workers as one of these variables (`Launch.init(_:workerCount:)` in
/// `WorkerOptions.swift`), so a variable that the user sets acts like the option. Programs and commands that tasks
/// start inherit the variables, too: an executor in such a program begins with the same settings.
package struct Settings: Equatable {
    /// The thread level to request from MPI: `MPIFUTURES_THREAD_LEVEL`.
    package var threadLevel = ThreadLevel.multiple
    /// The timeout of `MPI_Finalize` in seconds; with 0 it is not called: `MPIFUTURES_FINALIZE_TIMEOUT`.
    var finalizeTimeout: Double?

    /// The longest sleep between two polls for messages, in nanoseconds: `MPIFUTURES_BACKOFF`.
    package var longestSleep: UInt64?

    /// Whether the master makes links of TCP to workers on other hosts: `MPIFUTURES_HOST_LINKS`.
    package var hasLinks = true

    /// How hosts that are silent are noticed; nil if they are not: `MPIFUTURES_HEARTBEAT`.
    package var heartbeat: Heartbeat? = .standard

    /// The way in which a program starts workers.
    enum Start: String {
        case spawn, mpiexec
        case automatic = ""
    }

    /// The way in which this program starts workers: `MPIFUTURES_START`.
    var start = Start.automatic

    /// How long started workers may take until they serve: `MPIFUTURES_START_TIMEOUT`.
    var startTimeout = Duration.seconds(60)

    /// Whether calls run in processes that know no MPI: `MPIFUTURES_ISOLATE`.
    package var isolation = Isolation.automatic

    /// How long each call may take, where neither the program nor the launcher has a limit: `MPIFUTURES_TIME_LIMIT`.
    package var timeLimit: Duration?

    /// How often calls that fail are made again, where neither the program nor the launcher says so:
    /// `MPIFUTURES_RETRIES`.
    package var retries: RetryRules?

    /// The journal of executors that have none of their own: `MPIFUTURES_JOURNAL`.
    package var journal: JournalSettings?

    /// The trace of executors that have none of their own: `MPIFUTURES_TRACE`.
    package var trace: String?

    /// How long calls that run may take after SIGTERM, in seconds: `MPIFUTURES_GRACE`.
    package var grace: Double?

    /// The most data that workers may have while a call runs, in bytes: `MPIFUTURES_MEMORY_LIMIT`.
    package var memoryLimit: Int?

    /// How many calls each worker process makes at most: `MPIFUTURES_MAX_CALLS_PER_WORKER`.
    package var maxCallsPerWorker: Int?

    /// Variables that each worker gets with its own numbers in them: `MPIFUTURES_WORKER_ENVIRONMENT`.
    package var templates = WorkerTemplates()

    /// Whether `UCX_TLS` makes UCX, below MPICH, use the network even between processes of one host.
    var avoidsSharedMemory = false

    /// Makes the default settings.
    package init() {}

    /// Reads the settings.
    ///
    /// - Parameter value: Returns the value of a variable, or nil.
    init(_ value: (String) -> String?) throws(SettingsError) {
        if let text = value("MPIFUTURES_THREAD_LEVEL"), !text.isEmpty {
            guard let level = ThreadLevel.allCases.first(where: { "\($0)".hasSuffix("_\(text.uppercased())") }) else {
                throw SettingsError(
                    "MPIFUTURES_THREAD_LEVEL is '\(text)', but must be single, funneled, serialized or multiple"
                )
            }
            threadLevel = level
        }
        finalizeTimeout = try Self.seconds("MPIFUTURES_FINALIZE_TIMEOUT", value)
        if let text = value("MPIFUTURES_START") {
            guard let start = Start(rawValue: text) else {
                throw SettingsError("MPIFUTURES_START is '\(text)', but must be spawn or mpiexec")
            }
            self.start = start
        }
        if let text = value("MPIFUTURES_ISOLATE"), !text.isEmpty {
            guard let isolation = Isolation(rawValue: text) else {
                throw SettingsError("MPIFUTURES_ISOLATE is '\(text)', but must be auto, on or off")
            }
            self.isolation = isolation
        }
        if let seconds = try Self.seconds("MPIFUTURES_TIME_LIMIT", value) {
            guard seconds > 0 else { throw SettingsError("MPIFUTURES_TIME_LIMIT is 0, but must be greater") }
            timeLimit = .seconds(seconds)
        }
        if let text = value("MPIFUTURES_RETRIES"), !text.isEmpty {
            guard let rules = RetryRules(parsing: text) else {
                throw SettingsError("MPIFUTURES_RETRIES is '\(text)', but \(RetryRules.grammar)")
            }
            retries = rules
        }
        grace = try Self.seconds("MPIFUTURES_GRACE", value)
        if let path = value("MPIFUTURES_JOURNAL"), !path.isEmpty { journal = JournalSettings(path: path) }
        if let path = value("MPIFUTURES_TRACE"), !path.isEmpty { trace = path }
        if let text = value("MPIFUTURES_MEMORY_LIMIT"), !text.isEmpty {
            guard let bytes = ByteCount.parse(text), bytes > 0 else {
                throw SettingsError(
                    "MPIFUTURES_MEMORY_LIMIT is '\(text)', but must be a number of bytes, or one of K, M or G behind it"
                )
            }
            memoryLimit = bytes
        }
        // Workers read it themselves.
        if let text = value(MemoryGroups.variable), !["", "auto", "off"].contains(text) {
            throw SettingsError("\(MemoryGroups.variable) is '\(text)', but must be auto or off")
        }
        if let text = value("MPIFUTURES_MAX_CALLS_PER_WORKER"), !text.isEmpty {
            guard let count = Int(text), count >= 1 else {
                throw SettingsError("MPIFUTURES_MAX_CALLS_PER_WORKER is '\(text)', but must be a number, 1 or more")
            }
            maxCallsPerWorker = count
        }
        if let text = value(WorkerTemplates.variable) {
            do { templates = try WorkerTemplates(lines: text) } catch {
                throw SettingsError("\(WorkerTemplates.variable) \(error.problem)")
            }
        }
        if let seconds = try Self.seconds("MPIFUTURES_BACKOFF", value) {
            longestSleep = UInt64(seconds * 1e9)
        }
        if let text = value("MPIFUTURES_HOST_LINKS"), !text.isEmpty {
            guard ["on", "off"].contains(text) else {
                throw SettingsError("MPIFUTURES_HOST_LINKS is '\(text)', but must be on or off")
            }
            hasLinks = text == "on"
        }
        if let text = value("MPIFUTURES_HEARTBEAT"), !text.isEmpty {
            guard let choice = HeartbeatChoice(text) else {
                throw SettingsError("MPIFUTURES_HEARTBEAT is '\(text)', but \(HeartbeatChoice.grammar)")
            }
            heartbeat = choice.heartbeat
        }
        if let seconds = try Self.seconds("MPIFUTURES_START_TIMEOUT", value) { startTimeout = .seconds(seconds) }
        if let transports = value("UCX_TLS")?.split(separator: ","), !transports.isEmpty {
            avoidsSharedMemory = !transports.contains(where: Self.sharedMemory.contains)
        }
    }

    private static func seconds(_ name: String, _ value: (String) -> String?) throws(SettingsError) -> Double? {
        guard let text = value(name), !text.isEmpty else { return nil }
        guard let seconds = Double(text), seconds >= 0, seconds < 1e9 else {
            throw SettingsError("\(name) is '\(text)', but must be a number of seconds, 0 or more")
        }
        return seconds
    }

    /// UCX's names of transports through shared memory, or of groups that contain one.
    private static let sharedMemory: Set<Substring> = ["all", "shm", "sm", "mm", "posix", "sysv", "xpmem"]

    /// Returns how the processes of a job will leave MPI.
    package func finalizePolicy(isJobOnManyHosts: Bool) -> FinalizePolicy {
        FinalizePolicy(
            timeout: finalizeTimeout ?? (isJobOnManyHosts || avoidsSharedMemory ? 0 : Leaving.defaultTimeout)
        )
    }

    /// Reads the settings of this process.
    ///
    /// A process that `MPI_Comm_spawn` has started on another host has the variables of its executor only after
    /// `SpawnedWorker()`. So `JobRank` reads the settings again then.
    package static func fromEnvironment() throws(SettingsError) -> Settings {
        try Settings { name in Environment[name] }
    }
}

/// The error of an environment variable that cannot be parsed, in one line.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ problem: String) { description = problem }
}
