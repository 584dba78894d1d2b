internal import Launching
internal import PluginLoading
package import Pool
internal import Waiting

/// A pool that an executor uses.
package struct ExecutorPool {
    package enum Workers: Sendable {
        /// The workers that all executors of this program share.
        case shared
        /// Threads of this process, for one executor.
        case threads
        /// Processes that were started for one executor.
        case processes
    }

    package let pool: Pool
    package let workers: Workers
}

extension Runtime {
    /// Makes all executors that are created later share a pool.
    package func share(_ pool: Pool) {
        state.withLock { $0.launcherPool = pool }
        watch(pool)
    }

    /// Starts worker processes that all executors created later share.
    ///
    /// - Parameters:
    ///   - count: The number of workers; nil for the number that an executor would start.
    ///   - language: The language of the calls.
    package func shareProcesses(_ count: Int?, _ language: any CallLanguage) throws {
        let launch = try Launch(.init(), workerCount: try WorkerCount.ofProcesses(count))
        guard try isolates(WorkerOptions()) else { return share(try Pool.launched(launch, language)) }
        share(try Pool.runners(launch, maxCalls: maxCallsPerWorker, language))
    }

    /// Declares that this is the launcher without `mpiexec`. MPI executors that are created later start isolated processes,
    /// or threads where calls are not isolated.
    package func launcherRunsAlone() { state.withLock { $0.isLauncherAlone = true } }

    /// Whether all executors of this program share the launcher's workers.
    package var sharesPool: Bool { state.withLock { $0.launcherPool != nil } }

    /// Whether this process is the launcher's master. The launcher lets started worker processes serve, so the program
    /// need not.
    private var isUnderLauncher: Bool { state.withLock { $0.isLauncherAlone || $0.launcherPool != nil } }

    /// Whether the workers of an executor can be further processes of this program. An interpreter that has loaded the
    /// library, such as Python, cannot serve: its program neither uses the library nor asks whether it is a worker.
    package var canProgramServe: Bool {
        isUnderLauncher || WorkerRole.hasServeEntryPoint || LoadedImage.isRuntimeUsedByProgram
    }

    /// The plugin that the launcher runs in this process. Nil outside the launcher, and for calls without a program.
    package var launchedPlugin: LaunchedPlugin? {
        get { state.withLock { $0.launchedPlugin } }
        set { state.withLock { $0.launchedPlugin = newValue } }
    }

    /// Declares that this process is a worker that is about to load its program.
    ///
    /// - Parameter keepsInput: Whether the process keeps its standard input. Workers have none.
    package func beginAsWorker(keepsInput: Bool = false) { WorkerRole.begin(keepsInput: keepsInput) }

    /// Returns the launcher's shared pool, or starts a pool of threads or processes, as the launcher has decided.
    ///
    /// - Throws: `StartRefusal` in a worker, or if `maxWorkers` is not positive; errors of starting workers.
    package func makePool(
        maxWorkers: Int?,
        _ options: WorkerOptions,
        _ language: any CallLanguage
    ) throws -> ExecutorPool {
        try WorkerRole.checkMayHaveWorkers()
        try WorkerCount.check(maxWorkers)
        if let pool = state.withLock({ $0.launcherPool }) { return ExecutorPool(pool: pool, workers: .shared) }
        if state.withLock({ $0.isLauncherAlone }) {
            guard try isolates(options) else {
                guard try options.templates.isEmpty && templates.isEmpty else {
                    throw StartRefusal(
                        .notAllowed,
                        "threads have no variables of their own for --worker-env or MPIFUTURES_WORKER_ENVIRONMENT; "
                            + "turn isolation on, or leave the variables out"
                    )
                }
                return try makeThreadPool(maxWorkers: maxWorkers, language)
            }
            // The choice is made: it takes a look at the symbols of all loaded libraries.
            var isolated = options
            isolated.isolation = .on
            return try makeProcessPool(workerCount: WorkerCount.ofThreads(maxWorkers), isolated, language)
        }
        return try makeProcessPool(workerCount: WorkerCount.ofProcesses(maxWorkers), options, language)
    }

    /// Starts processes for one executor.
    package func makeProcessPool(
        workerCount: @autoclosure () throws -> Int,
        _ options: WorkerOptions,
        _ language: any CallLanguage
    ) throws -> ExecutorPool {
        if case .same = options.program, !WorkerRole.hasServeEntryPoint, !isUnderLauncher {
            throw StartRefusal(
                .notAllowed,
                "the workers are further processes of this program, which has to know them; "
                    + "call MPIPoolExecutor.serveIfWorker() (in C: mpifutures_serve_if_worker()) first of all in main"
            )
        }
        try options.check()
        let launch = try Launch(options, workerCount: try workerCount())
        if try isolates(options) {
            let maxCalls = try options.maxCalls ?? maxCallsPerWorker
            let pool = try Pool.runners(launch, maxCalls: maxCalls, labelsOutput: options.labelsOutput, language)
            return watched(pool, .processes)
        }
        return watched(try Pool.launched(launch, restarts: options.restarts, language), .processes)
    }

    /// Starts threads for one executor.
    package func makeThreadPool(maxWorkers: Int?, _ language: any CallLanguage) throws -> ExecutorPool {
        watched(try Pool.threads(WorkerCount.ofThreads(maxWorkers), language), .threads)
    }

    private func watched(_ pool: Pool, _ workers: ExecutorPool.Workers) -> ExecutorPool {
        // Spawned workers are reached through MPI.
        watch(pool, usesMPI: mpi.withLock { $0.hasSpawned })
        return ExecutorPool(pool: pool, workers: workers)
    }
}
