/// Runs calls on a pool of workers and hands back futures.
///
/// The executors conform to it; programs need no conformances of their own. The name
/// `Executor` is taken by Swift's concurrency.
///
/// The counterpart in Python is `concurrent.futures.Executor`.
public protocol PoolExecutor: AnyObject, Sendable {
    /// What the methods of this protocol work with.
    var engine: ExecutorEngine { get }
}

extension PoolExecutor {
    /// The number of workers. Waits until they have started; 0 when the executor is shut down or broken.
    ///
    /// The counterpart in Python is `MPIPoolExecutor.num_workers`.
    @available(*, noasync, message: "use 'workers()' in asynchronous code")
    public var workerCount: Int { engine.workerCount }

    /// Starts the workers, which creating the executor has set going already, and waits for them.
    ///
    /// The counterpart in Python is `MPIPoolExecutor.bootup`.
    ///
    /// - Parameter wait: Whether to wait until every worker serves and has run the initializer.
    /// - Throws: `ExecutorError` after a shutdown, or if the workers or the initializer failed.
    @available(*, noasync, message: "use 'workers()' in asynchronous code")
    public func bootup(wait: Bool = true) throws { try engine.bootup(wait: wait) }

    /// Queues a call.
    ///
    /// The arguments are encoded before this returns, by the calling thread. If that fails, the future holds the error.
    ///
    /// The counterpart in Python is `Executor.submit`.
    ///
    /// - Throws: `ExecutorError` if the executor is shut down or broken.
    @inlinable
    public func submit<Call: RemoteTask>(_ call: Call) throws -> Future<Call.Output> { try engine.submit(call) }

    /// Takes no more calls.
    ///
    /// May be repeated in any combination. The counterpart in Python is `Executor.shutdown`.
    ///
    /// - Parameters:
    ///   - wait: Whether to wait until all calls have ended and their callbacks have run. The calls are made in any
    ///     case.
    ///   - cancelFutures: Cancels the calls that have not been sent to a worker.
    @available(*, noasync, message: "use 'finish' in asynchronous code")
    public func shutdown(wait: Bool = true, cancelFutures: Bool = false) {
        engine.shutdown(cancelFutures: cancelFutures)
        if wait { engine.waitUntilFinished() }
    }

    /// Takes no more calls, and suspends until those that there are have ended and their callbacks have run.
    ///
    /// - Parameter cancelFutures: Cancels the calls that have not been sent to a worker.
    public func finish(cancelFutures: Bool = false) async {
        engine.shutdown(cancelFutures: cancelFutures)
        await engine.finished()
    }

    /// Suspends until the workers serve.
    ///
    /// - Returns: The number of workers.
    /// - Throws: `ExecutorError` after a shutdown, or if the workers or the initializer failed.
    public func workers() async throws -> Int { try await engine.booted() }
}
