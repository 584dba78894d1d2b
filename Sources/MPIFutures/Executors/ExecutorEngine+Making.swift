internal import Pool
internal import Processes
internal import Wire

// The executors that start their workers, or share those of the launcher.

extension ExecutorEngine {
    /// The engine of an `MPIPoolExecutor`.
    convenience init(mpi maxWorkers: Int?, _ initializer: (any RemoteCall)?, _ options: ExecutorOptions) throws {
        try self.init(initializer, options) {
            try Runtime.shared.makePool(maxWorkers: maxWorkers, options.workers, SwiftLanguage())
        }
    }

    /// The engine of a `ProcessPoolExecutor`.
    convenience init(processes maxWorkers: Int?, _ initializer: (any RemoteCall)?, _ options: ExecutorOptions) throws {
        try self.init(initializer, options) {
            try WorkerRole.checkMayHaveWorkers()
            return try Runtime.shared.makeProcessPool(
                workerCount: WorkerCount.ofThreads(maxWorkers),
                options.workers,
                SwiftLanguage()
            )
        }
    }

    /// The engine of a `ThreadPoolExecutor`.
    convenience init(threads maxWorkers: Int?, _ initializer: (any RemoteCall)?, _ options: ExecutorOptions) throws {
        try self.init(initializer, options) {
            try Runtime.shared.makeThreadPool(maxWorkers: maxWorkers, SwiftLanguage())
        }
    }

    private convenience init(
        _ initializer: (any RemoteCall)?,
        _ options: ExecutorOptions,
        _ makePool: () throws -> ExecutorPool
    ) throws {
        let terms = try options.callTerms
        let made: ExecutorPool
        do { made = try makePool() } catch let refusal as StartRefusal { throw ExecutorError(refusal) }
        do {
            try options.checkRecycling(made)
            try options.checkVariables(ofOwnProcesses: made.workers == .processes)
            try options.checkLabels(made)
        } catch {
            if made.workers != .shared { made.pool.stop() }
            throw error
        }
        try self.init(
            pool: made.pool,
            ownsPool: made.workers != .shared,
            initializer: initializer,
            globals: options.globals,
            naming: made.workers == .processes && !options.loadsMain ? .withLibrary : .typeOnly,
            terms: terms,
            failedCallsDirectory: options.failedCallsDirectory,
            journal: options.journal,
            trace: options.trace
        )
    }
}

extension ExecutorOptions {
    /// What of the options is for the start of workers.
    fileprivate var workers: WorkerOptions {
        var workers = WorkerOptions()
        if let executable {
            workers.program = .other(executable: executable, arguments: arguments ?? [])
        } else if loadsMain {
            workers.program = .same(arguments: arguments)
        } else {
            workers.program = .launcher(arguments: arguments ?? [])
        }
        workers.environment = environment
        workers.templates = workerEnvironment
        workers.path = path
        workers.workingDirectory = workingDirectory
        workers.mpiInfo = mpiInfo
        workers.backoff = backoff
        workers.restarts = restarts
        workers.heartbeat = heartbeat.map { HeartbeatChoice($0) }
        workers.maxCalls = maxCallsPerWorker
        workers.labelsOutput = labelsOutput
        workers.needsIsolation = timeLimit != nil || memoryLimit != nil || maxCallsPerWorker != nil
        workers.isolation =
            switch isolation {
            case .automatic: .automatic
            case .on: .on
            case .off: .off
            }
        return workers
    }
}

extension HeartbeatChoice {
    fileprivate init(_ heartbeat: ExecutorOptions.Heartbeat) {
        switch heartbeat {
        case .off: self.init(period: nil, patience: .zero)
        case .every(let period, let patience): self.init(period: period, patience: patience)
        }
    }
}

extension ExecutorOptions {
    /// Checks that the workers of a pool are replaced after as many calls as the options say.
    fileprivate func checkRecycling(_ made: ExecutorPool) throws {
        let isOwn = made.workers != .shared
        if maxCallsPerWorker != nil, isOwn, made.pool.survivesCrashes { return }
        if maxCallsPerWorker == nil, try Runtime.shared.maxCallsPerWorker == nil || made.pool.survivesCrashes { return }
        throw ExecutorError(
            .notAllowed,
            "a number of calls for each worker needs isolated workers, of the executor's own for maxCallsPerWorker; "
                + "use a ProcessPoolExecutor with isolation on, or the launcher's --max-calls-per-worker and --isolate on"
        )
    }

    /// Checks that the variables of each worker can be set, which only processes of the executor's own have.
    func checkVariables(ofOwnProcesses areOwnProcesses: Bool) throws {
        guard !workerEnvironment.isEmpty, !areOwnProcesses else { return }
        throw ExecutorError(
            .notAllowed,
            "workerEnvironment needs worker processes of the executor's own, and these are threads or run already; "
                + "use a ProcessPoolExecutor, or the launcher's --worker-env"
        )
    }

    /// Checks that the lines of a pool's workers can be labelled, if they are to be.
    fileprivate func checkLabels(_ made: ExecutorPool) throws {
        if labelsOutput ? made.workers != .shared && made.pool.survivesCrashes : !Runtime.shared.labelsOutput { return }
        if !labelsOutput, made.pool.survivesCrashes { return }
        throw ExecutorError(
            .notAllowed,
            "labels of output need isolated workers, of the executor's own for labelsOutput; use a ProcessPoolExecutor "
                + "with isolation on, or the launcher's --label and --isolate on; mpiexec can label the output of ranks: "
                + "mpiexec -l with MPICH, mpiexec --tag-output with Open MPI"
        )
    }

    /// The terms of each call.
    var callTerms: CallTerms {
        get throws {
            let limit = try timeLimit ?? Runtime.shared.timeLimit
            let options = CallOptions(
                timeLimit: limit,
                gracePeriod: gracePeriod,
                memoryLimit: try memoryLimit ?? Runtime.shared.memoryLimit,
                retries: retries
            )
            return try options.terms(or: CallTerms(rules: Runtime.shared.retries))
        }
    }
}

extension ExecutorError {
    fileprivate init(_ refusal: StartRefusal) {
        switch refusal.code {
        case .invalidArgument: self.init(.invalidArgument, refusal.description)
        case .notAllowed: self.init(.notAllowed, refusal.description)
        }
    }
}
