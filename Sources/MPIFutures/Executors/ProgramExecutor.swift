/// An executor that a program makes where it needs one: `MPIPoolExecutor`, `ProcessPoolExecutor` and
/// `ThreadPoolExecutor`.
public protocol ProgramExecutor: PoolExecutor {
    /// Makes an executor. See the initializers of the types that conform.
    init(maxWorkers: Int?, initializer: (any RemoteTask)?, options: ExecutorOptions) throws
}

extension ProgramExecutor {
    /// Makes an executor, runs `body` with it and waits for its calls.
    ///
    /// When `body` throws, calls that have not been sent to a worker are cancelled.
    ///
    /// The counterpart in Python is `with MPIPoolExecutor() as executor:`.
    ///
    /// - Parameters:
    ///   - maxWorkers: How many workers to start, where this executor starts any.
    ///   - initializer: A call that every worker makes before any other.
    ///   - options: What the workers get beside calls.
    ///   - body: Gets the executor, which is shut down when it returns.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; what creating the executor throws.
    @available(*, noasync, message: "use the asynchronous 'with' in asynchronous code")
    public static func with<Result>(
        maxWorkers: Int? = nil,
        initializer: (any RemoteTask)? = nil,
        options: ExecutorOptions = .init(),
        _ body: (Self) throws -> Result
    ) throws -> Result {
        try Self(maxWorkers: maxWorkers, initializer: initializer, options: options).during(body)
    }

    /// The same for asynchronous code, on the caller's actor.
    ///
    /// The result need not be Sendable.
    public nonisolated(nonsending) static func with<Result>(
        maxWorkers: Int? = nil,
        initializer: (any RemoteTask)? = nil,
        options: ExecutorOptions = .init(),
        _ body: nonisolated(nonsending) (Self) async throws -> Result
    ) async throws -> Result {
        try await Self(maxWorkers: maxWorkers, initializer: initializer, options: options).during(body)
    }
}

extension PoolExecutor {
    /// Runs `body` and waits for the calls; when it throws, those that have not been sent are cancelled.
    func during<Result>(_ body: (Self) throws -> Result) throws -> Result {
        do {
            let result = try body(self)
            engine.shutdown(cancelFutures: false)
            engine.waitUntilFinished()
            return result
        } catch {
            engine.shutdown(cancelFutures: true)
            engine.waitUntilFinished()
            throw error
        }
    }

    nonisolated(nonsending) func during<Result>(
        _ body: nonisolated(nonsending) (Self) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(self)
            await finish()
            return result
        } catch {
            await finish(cancelFutures: true)
            throw error
        }
    }
}
