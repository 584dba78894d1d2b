/// An executor that a program creates: `MPIPoolExecutor`, `ProcessPoolExecutor` or `ThreadPoolExecutor`.
public protocol ProgramExecutor: PoolExecutor {
    /// Makes an executor. See the initializers of the types that conform.
    init(maxWorkers: Int?, initializer: (any RemoteCall)?, options: ExecutorOptions) throws
}

extension ProgramExecutor {
    /// Makes an executor, runs `body` with it, and waits for its calls.
    ///
    /// If `body` throws, the calls that have not been sent to a worker are cancelled.
    ///
    /// The counterpart in Python is `with MPIPoolExecutor() as executor:`.
    ///
    /// - Parameters:
    ///   - maxWorkers: The number of workers to start.
    ///   - initializer: A call that every worker makes before any other.
    ///   - options: The data that workers get apart from calls.
    ///   - body: Receives the executor, which is shut down when `body` returns.
    /// - Returns: The result of `body`.
    /// - Throws: The errors of `body` and of making the executor.
    @available(*, noasync, message: "use the asynchronous 'with' in asynchronous code")
    public static func with<Result>(
        maxWorkers: Int? = nil,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init(),
        _ body: (Self) throws -> Result
    ) throws -> Result {
        try Self(maxWorkers: maxWorkers, initializer: initializer, options: options).during(body)
    }

    /// Makes an executor, runs `body` with it on the caller's actor, and suspends until its calls have ended.
    ///
    /// The result need not be `Sendable`.
    public nonisolated(nonsending) static func with<Result>(
        maxWorkers: Int? = nil,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init(),
        _ body: nonisolated(nonsending) (Self) async throws -> Result
    ) async throws -> Result {
        try await Self(maxWorkers: maxWorkers, initializer: initializer, options: options).during(body)
    }
}

extension PoolExecutor {
    /// Runs `body` and waits for the calls. If `body` throws, the calls that have not been sent are cancelled.
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
