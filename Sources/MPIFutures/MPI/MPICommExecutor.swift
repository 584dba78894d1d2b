internal import Linux
internal import MPIBinding
internal import Pool
internal import Processes
internal import Transport
internal import Wire
internal import Worker

/// Divides the processes of a communicator into a master and workers, for the duration of a call.
///
/// Use it in programs that all processes of a job run alike (SPMD):
///
/// ```swift
/// try MPICommExecutor.with(.world, root: 0) { executor in
///     guard let executor else { return }          // a worker, which has served by now
///     let squares = try executor.map({ Square(number: $0) }, 0..<100).array()
/// }
/// ```
///
/// The counterpart in Python is `mpi4py.futures.MPICommExecutor`.
public final class MPICommExecutor: PoolExecutor {
    // swift-format-ignore: NoLeadingUnderscores
    /// The implementation of the methods of `PoolExecutor`.
    @_documentation(visibility: internal)
    public let _engine: ExecutorEngine

    private init(_ engine: ExecutorEngine) { _engine = engine }

    /// Runs `body` on all processes of a communicator, with an executor on one of them. Collective.
    ///
    /// The root gets the executor. The other ranks serve its calls until the root leaves the body, and then run the
    /// body with nil. In a communicator of one process the workers are threads.
    ///
    /// Under the launcher only rank 0 runs the program, and the other ranks serve already. An executor on the world
    /// communicator shares their workers with all other executors of the program, as `MPIPoolExecutor` does.
    ///
    /// - Parameters:
    ///   - communicator: An intracommunicator. The executor sends no messages on it, so the program may do so
    ///     meanwhile.
    ///   - root: The rank that becomes the master; 0 under the launcher.
    ///   - maxWorkers: The number of threads in a communicator of one process; see `ThreadPoolExecutor`.
    ///   - initializer: A call that every worker makes before any other. Only the root's argument counts.
    ///   - options: The options. Only the root's argument counts.
    ///   - body: Receives the executor on the root, and nil on the other ranks.
    /// - Throws: `ExecutorError` for an intercommunicator, for a rank that does not exist, for a communicator that an
    ///   executor divides already, and for the world communicator in a task under the launcher; on the root the errors
    ///   of `body`.
    @available(*, noasync, message: "use the asynchronous 'with' in asynchronous code")
    public static func with<Result>(
        _ communicator: Communicator = .world,
        root: Int = 0,
        maxWorkers: Int? = nil,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init(),
        _ body: (MPICommExecutor?) throws -> Result
    ) throws -> Result {
        let partition = try CommunicatorPartition(communicator, root)
        defer { partition.release() }
        switch try partition.role(maxWorkers, initializer, options) {
        case .master(let engine):
            defer { partition.end() }
            return try MPICommExecutor(engine).during { try body($0) }
        case .worker(let loop):
            try MainThread.run { try loop.run() }
            partition.end()
            return try body(nil)
        }
    }

    /// Runs `body` on all processes of a communicator, with an executor on one of them. Collective. It keeps no thread
    /// of Swift Concurrency waiting.
    public nonisolated(nonsending) static func with<Result>(
        _ communicator: Communicator = .world,
        root: Int = 0,
        maxWorkers: Int? = nil,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init(),
        _ body: nonisolated(nonsending) (MPICommExecutor?) async throws -> Result
    ) async throws -> Result {
        let partition = try CommunicatorPartition(communicator, root)
        defer { partition.release() }
        switch try partition.role(maxWorkers, initializer, options) {
        case .master(let engine):
            defer { partition.end() }
            return try await MPICommExecutor(engine).during { try await body($0) }
        case .worker(let loop):
            try await serve(UnsafeTransfer(loop))
            partition.end()
            return try await body(nil)
        }
    }

    /// Serves on a thread of its own.
    private static func serve(_ loop: UnsafeTransfer<ServeLoop>) async throws {
        let end = FutureCore()
        let thread = try Thread(name: "mpif-worker") {
            do {
                try loop.value.run()
                end.complete(.value(true))
            } catch {
                end.complete(.failure(error))
            }
        }
        thread.detach()
        // The loop ends only when the root leaves its body. Cancelling this Swift task cannot end it.
        if case .failure(let error) = await end.surelyEnded() { throw error }
    }
}

/// A value that is handed over once, from one thread to another.
///
/// The conformance is unchecked because the sender does not use the value after the transfer.
struct UnsafeTransfer<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
