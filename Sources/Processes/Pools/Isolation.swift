internal import Linux
internal import PluginLoading
internal import Waiting

/// Whether the workers of an executor are runners: processes that know no MPI, so that a call that ends its process
/// costs only itself.
package enum Isolation: String, CaseIterable, Sendable {
    /// Where this process starts the workers, on this host, and the program does not use MPI by itself.
    case automatic = "auto"
    case on
    case off
}

extension Runtime {
    /// Decides about all executors whose options leave it open, whatever the environment says.
    package func setIsolation(_ isolation: Isolation) { state.withLock { $0.isolation = isolation } }

    /// Whether the ranks of this job own runners in place of serving themselves. All ranks hear the same from the roll
    /// call.
    package internal(set) var areRanksIsolated: Bool {
        get { state.withLock { $0.areRanksIsolated } }
        set { state.withLock { $0.areRanksIsolated = newValue } }
    }

    /// Whether the launcher, or else the environment, asks for isolation.
    func asksForIsolation(_ settings: Settings) -> Bool {
        (state.withLock { $0.isolation } ?? settings.isolation) == .on
    }

    /// Whether the launcher, or else the environment, allows that ranks own runners.
    func mayIsolateRanks(_ settings: Settings) -> Bool {
        (state.withLock { $0.isolation } ?? settings.isolation) != .off
    }

    /// Sets the time limit of all calls of executors that have none of their own.
    package func setTimeLimit(_ limit: Duration) { state.withLock { $0.timeLimit = limit } }

    /// The time limit of calls of executors that have none of their own: that of the launcher, or else of the
    /// environment.
    package var timeLimit: Duration? {
        get throws { try state.withLock { $0.timeLimit } ?? Settings.fromEnvironment().timeLimit }
    }

    /// Whether an executor with these options has runners.
    ///
    /// What the options leave open, the launcher decides, and then the environment. If all of them leave it open, an
    /// option that only runners have decides.
    func isolates(_ options: WorkerOptions) throws -> Bool {
        let ofProcess = try state.withLock { $0.isolation } ?? Settings.fromEnvironment().isolation
        for choice in [options.isolation, ofProcess] {
            switch choice {
            case .on: return true
            case .off: return false
            case .automatic: continue
            }
        }
        if try options.needsIsolation || timeLimit != nil { return true }
        return options.areLocalProcesses && !ProcessManager.isPresent && MPIUse.find() == nil
    }
}

extension WorkerOptions {
    /// Whether workers with these options are processes of this program on this host, as far as options and environment
    /// say. Restarts are for workers that are lost together.
    fileprivate var areLocalProcesses: Bool {
        guard case .same = program, mpiInfo.isEmpty, restarts == 0 else { return false }
        let variables = ["MPIFUTURES_START", "MPIFUTURES_MPIEXEC", "HYDRA_HOST_FILE", "SLURM_JOB_ID", "PBS_JOBID"]
        return variables.allSatisfy { Environment.nonEmpty($0) == nil }
    }
}
