/// Runs calls on threads of this process.
///
/// Arguments and results are encoded and decoded nevertheless, so that a program behaves alike on all executors.
///
/// The counterpart in Python is `concurrent.futures.ThreadPoolExecutor`.
public final class ThreadPoolExecutor: ProgramExecutor {
    // swift-format-ignore: NoLeadingUnderscores
    /// The implementation of the methods of `PoolExecutor`.
    @_documentation(visibility: internal)
    public let _engine: ExecutorEngine

    /// Starts the workers.
    ///
    /// - Parameters:
    ///   - maxWorkers: The number of threads; nil for `MPIFUTURES_MAX_WORKERS`, or else one for each core.
    ///   - initializer: A call that every worker makes before any other. See `MPIPoolExecutor`.
    ///   - options: The data that workers get apart from calls.
    /// - Throws: `ExecutorError` if `maxWorkers` is not positive, or if the system gives no threads; the error of
    ///   encoding the initializer's arguments.
    public init(
        maxWorkers: Int? = nil,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init()
    ) throws {
        _engine = try ExecutorEngine(threads: maxWorkers, initializer, options)
    }
}
