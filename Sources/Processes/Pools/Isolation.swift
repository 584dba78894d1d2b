internal import Launching
internal import Linux
internal import PluginLoading
internal import Waiting

/// Whether the workers of an executor are runners: processes that know no MPI, so that a call that ends its process
/// costs only itself.
package enum Isolation: String, CaseIterable, Sendable {
    /// Where the program does not use MPI by itself, and the workers are those of the launcher or processes that this
    /// process starts on this host.
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

    /// What the launcher, or else the environment, says of the ranks of this job.
    private func isolationOfRanks(_ settings: Settings) -> Isolation {
        state.withLock { $0.isolation } ?? settings.isolation
    }

    /// Whether the ranks of this job may own runners, as far as that is known before the program is loaded.
    func mayIsolateRanks(_ settings: Settings) -> Bool { isolationOfRanks(settings) != .off }

    /// Whether the ranks of this job own runners, if they have loaded the program.
    ///
    /// - Parameter useMPI: Whether the program can use MPI by itself on any of them.
    func isolatesRanks(_ settings: Settings, useMPI: Bool) -> Bool {
        switch isolationOfRanks(settings) {
        case .on: return true
        case .off: return false
        case .automatic: return needsRunners(settings) || !useMPI
        }
    }

    /// Whether something was asked of all calls that only runners can give.
    private func needsRunners(_ settings: Settings) -> Bool {
        state.withLock { state in
            state.timeLimit ?? settings.timeLimit != nil || state.memoryLimit ?? settings.memoryLimit != nil
                || state.maxCallsPerWorker ?? settings.maxCallsPerWorker != nil
        }
    }

    /// Whether the program that this rank has loaded can use MPI by itself. It is false if nobody has to know.
    func mayUseMPI(_ settings: Settings) -> Bool {
        isolationOfRanks(settings) == .automatic && MPIUse.find() != nil
    }

    /// Sets the time limit of all calls of executors that have none of their own.
    package func setTimeLimit(_ limit: Duration) { state.withLock { $0.timeLimit = limit } }

    /// The time limit of calls of executors that have none of their own: that of the launcher, or else of the
    /// environment.
    package var timeLimit: Duration? {
        get throws { try state.withLock { $0.timeLimit } ?? Settings.fromEnvironment().timeLimit }
    }

    /// Sets the most data that workers may have, in bytes, for all executors that do not say so themselves.
    package func setMemoryLimit(_ bytes: Int) { state.withLock { $0.memoryLimit = bytes } }

    /// The most data that workers may have while a call runs: by the launcher's word, or else the environment's.
    package var memoryLimit: Int? {
        get throws { try state.withLock { $0.memoryLimit } ?? Settings.fromEnvironment().memoryLimit }
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
        if try options.needsIsolation || timeLimit != nil || memoryLimit != nil || maxCallsPerWorker != nil {
            return true
        }
        // The threads that would take the place of processes have no variables of their own.
        if state.withLock({ $0.isLauncherAlone }), try !options.templates.isEmpty || !templates.isEmpty { return true }
        return options.areLocalProcesses && !ProcessManager.isPresent && MPIUse.find() == nil
    }
}

extension WorkerOptions {
    /// Whether workers with these options are processes of this program, or of the launcher, on this host, as far as
    /// options and environment say. Restarts are for workers that are lost together.
    fileprivate var areLocalProcesses: Bool {
        if case .other = program { return false }
        guard mpiInfo.isEmpty, restarts == 0 else { return false }
        let variables = ["MPIFUTURES_START", "MPIFUTURES_MPIEXEC", "HYDRA_HOST_FILE", "SLURM_JOB_ID", "PBS_JOBID"]
        return variables.allSatisfy { Environment.nonEmpty($0) == nil }
    }
}
