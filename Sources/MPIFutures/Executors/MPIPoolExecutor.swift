/// Runs calls on MPI processes.
///
/// Under the launcher (`mpiexec -n 17 mpifutures ./libjulia.so`) the workers are all ranks but the first, and every
/// executor of the program shares them. In a job of one rank, and in a program that was started by itself, they are
/// threads of this process.
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
    ///     else one for each core. Without effect under the launcher, whose workers are there already.
    ///   - initializer: A call that every worker makes before any other; its result is not used. If it fails on any
    ///     worker, the executor is broken: its calls all fail with `ExecutorError`.
    ///   - options: What the workers get beside calls.
    /// - Throws: `ExecutorError` if `maxWorkers` is not positive, or inside a task; the error with which the
    ///   initializer's arguments failed to encode.
    public init(
        maxWorkers: Int? = nil,
        initializer: (any RemoteTask)? = nil,
        options: ExecutorOptions = .init()
    ) throws {
        engine = try Runtime.shared.makeMPIEngine(
            maxWorkers: maxWorkers,
            initializer: initializer,
            options: options
        )
    }
}
