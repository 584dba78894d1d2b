internal import Processes

/// Runs calls on MPI processes.
///
/// Under the launcher (`mpiexec -n 17 mpifutures ./libjulia.so`) the workers are all ranks but the first, and every
/// executor of the program shares them; without `mpiexec`, and in a job of one rank, they are threads of the process.
///
/// In a program of its own (`./julia`, or `mpiexec -n 1 -usize 17 ./julia`) each executor starts processes that are its
/// own and end with it: further ones of the same program, in which `MPIProgram.main` serves in place of running it.
/// Programs without `MPIProgram` call `serveIfWorker()` for that.
///
/// Dropping the last reference shuts the executor down without waiting; the calls are made all the same.
///
/// The counterpart in Python is `mpi4py.futures.MPIPoolExecutor`.
public final class MPIPoolExecutor: ProgramExecutor {
    /// What the methods of `PoolExecutor` work with.
    public let engine: ExecutorEngine

    /// Makes an executor; does not wait for the workers.
    ///
    /// - Parameters:
    ///   - maxWorkers: How many workers to start, where this executor starts any; nil for `MPIFUTURES_MAX_WORKERS`, or
    ///     else for as many processes as MPI's universe (`mpiexec -usize`) has room for, at least one. Threads: one for
    ///     each core. Without effect under the launcher with `mpiexec`, whose workers are there already.
    ///   - initializer: A call that every worker makes before any other; its result is not used. If it fails on any
    ///     worker, the executor is broken: its calls all fail with `ExecutorError`.
    ///   - options: What the workers get beside calls, and how they are started.
    /// - Throws: `ExecutorError` if `maxWorkers` is not positive, inside a task, or in a program that would not serve;
    ///   the error with which the initializer's arguments failed to encode. Workers that cannot be started are no error
    ///   here: they break the executor.
    public init(
        maxWorkers: Int? = nil,
        initializer: (any RemoteTask)? = nil,
        options: ExecutorOptions = .init()
    ) throws {
        engine = try ExecutorEngine(mpi: maxWorkers, initializer, options)
    }

    /// Serves, to the end of the process, if an executor of this program has started it as a worker; else does nothing.
    ///
    /// To be called first of all in a program with an `MPIPoolExecutor` that has no `MPIProgram`: at the top of
    /// `main.swift`, for one. What stands before it is done by every worker too.
    @available(
        *,
        noasync,
        message: "a worker serves on the main thread; MPIProgram sees to it in asynchronous programs"
    )
    public static func serveIfWorker() { WorkerRole.take(SwiftLanguage()) }
}
