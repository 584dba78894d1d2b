internal import Processes

/// Runs calls on MPI processes.
///
/// Under the launcher (`mpiexec -n 17 mpifutures ./libjulia.so`) the workers are all ranks but the first, and all
/// executors of the program share them. Without `mpiexec` the workers are isolated processes (see
/// `ExecutorOptions.isolation`). In a job of one rank, and without isolation, they are threads of the process.
///
/// In a program without the launcher (`./julia`, or `mpiexec -n 1 -usize 17 ./julia`) each executor starts its own
/// processes, which end with it. They run the same program, in which `MPIProgram.main` serves instead of running the
/// program. Programs without `MPIProgram` call `serveIfWorker()` for that.
///
/// Dropping the last reference shuts the executor down without waiting. All calls are made nevertheless.
///
/// The counterpart in Python is `mpi4py.futures.MPIPoolExecutor`.
public final class MPIPoolExecutor: ProgramExecutor {
    // swift-format-ignore: NoLeadingUnderscores
    /// The implementation of the methods of `PoolExecutor`.
    @_documentation(visibility: internal)
    public let _engine: ExecutorEngine

    /// Makes an executor. Does not wait for the workers.
    ///
    /// - Parameters:
    ///   - maxWorkers: The number of workers to start. With nil it is `MPIFUTURES_MAX_WORKERS`, or else as many
    ///     processes as MPI's universe (`mpiexec -usize`) or the batch system's allocation has room for, at least one.
    ///     Under the launcher alone the default is one for each core. The number has no effect under the launcher with
    ///     `mpiexec` or `--workers`, whose workers run already.
    ///   - initializer: A call that every worker makes before any other. Its result is not used. If it fails on any
    ///     worker, the executor is broken: all its calls fail with `ExecutorError`.
    ///   - options: The data that workers get apart from calls, and how they are started.
    /// - Throws: `ExecutorError` if `maxWorkers` is not positive, inside a task, and in a program that would not serve;
    ///   the error of encoding the initializer's arguments. If workers cannot be started, this function does not throw,
    ///   but the executor breaks.
    public init(
        maxWorkers: Int? = nil,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init()
    ) throws {
        _engine = try ExecutorEngine(mpi: maxWorkers, initializer, options)
    }

    /// Serves until the process ends, if an executor of this program has started the process as a worker. Otherwise
    /// does nothing.
    ///
    /// Call it first of all in a program with an `MPIPoolExecutor` that has no `MPIProgram`, for example at the top of
    /// `main.swift`. Every worker also runs the statements before it.
    @available(
        *,
        noasync,
        message: "a worker serves on the main thread; MPIProgram sees to it in asynchronous programs"
    )
    public static func serveIfWorker() { WorkerRole.take(SwiftLanguage()) }
}
