/// Runs calls on processes that the executor starts for itself, wherever the program runs.
///
/// In a program without the launcher, `MPIPoolExecutor` does the same. Under the launcher, this executor does not share
/// the ranks of `mpiexec`, but starts further processes. They load the plugin, and end with the executor.
///
/// The counterpart in Python is `concurrent.futures.ProcessPoolExecutor`.
public final class ProcessPoolExecutor: ProgramExecutor {
    // swift-format-ignore: NoLeadingUnderscores
    /// The implementation of the methods of `PoolExecutor`.
    @_documentation(visibility: internal)
    public let _engine: ExecutorEngine

    /// Makes an executor. Does not wait for the workers.
    ///
    /// - Parameters:
    ///   - maxWorkers: The number of workers to start. With nil it is `MPIFUTURES_MAX_WORKERS`, or else the number of
    ///     cores.
    ///   - initializer: A call that every worker makes before any other. See `MPIPoolExecutor`.
    ///   - options: The data that workers get apart from calls, and how they are started.
    /// - Throws: `ExecutorError` if `maxWorkers` is not positive, inside a task, and in a program that would not serve
    ///   (see `MPIPoolExecutor.serveIfWorker()`); the error of encoding the initializer's arguments.
    public init(
        maxWorkers: Int? = nil,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init()
    ) throws {
        _engine = try ExecutorEngine(processes: maxWorkers, initializer, options)
    }
}
