/// Runs calls on processes that it starts for itself, wherever the program runs.
///
/// In a program of its own that is what `MPIPoolExecutor` does too. Under the launcher this one does not share the ranks
/// of `mpiexec`, but starts further processes, in which the plugin is loaded; they end with the executor.
///
/// The counterpart in Python is `concurrent.futures.ProcessPoolExecutor`.
public final class ProcessPoolExecutor: ProgramExecutor {
    /// What the methods of `PoolExecutor` work with.
    public let engine: ExecutorEngine

    /// Makes an executor; does not wait for the workers.
    ///
    /// - Parameters:
    ///   - maxWorkers: How many workers to start; nil for `MPIFUTURES_MAX_WORKERS`, or else for one for each core.
    ///   - initializer: A call that every worker makes before any other. See `MPIPoolExecutor`.
    ///   - options: What the workers get beside calls, and how they are started.
    /// - Throws: `ExecutorError` if `maxWorkers` is not positive, inside a task, or in a program that would not serve
    ///   (see `MPIPoolExecutor.serveIfWorker()`); the error with which the initializer's arguments failed to encode.
    public init(
        maxWorkers: Int? = nil,
        initializer: (any RemoteTask)? = nil,
        options: ExecutorOptions = .init()
    ) throws {
        engine = try ExecutorEngine(processes: maxWorkers, initializer, options)
    }
}
