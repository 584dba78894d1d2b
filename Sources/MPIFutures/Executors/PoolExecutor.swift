/// Runs calls on a pool of workers, and returns futures.
///
/// The executors of this library conform to it. Programs need no conformances of their own. The name `Executor` belongs
/// to Swift's concurrency.
///
/// The counterpart in Python is `concurrent.futures.Executor`.
public protocol PoolExecutor: AnyObject, Sendable {
    // swift-format-ignore: NoLeadingUnderscores
    /// The implementation of the methods of this protocol. Programs do not use it.
    ///
    /// A requirement of a public protocol cannot be internal, so an underscore keeps it out of completions.
    @_documentation(visibility: internal)
    var _engine: ExecutorEngine { get }
}

extension PoolExecutor {
    @inlinable var engine: ExecutorEngine { _engine }
}

extension PoolExecutor {
    /// The number of workers. Reading it waits until they have started. It is 0 if the executor is shut down or broken.
    ///
    /// The counterpart in Python is `MPIPoolExecutor.num_workers`.
    @available(*, noasync, message: "use 'workers()' in asynchronous code")
    public var workerCount: Int { engine.workerCount }

    /// Waits until the workers have started, if `wait` is true. Creating the executor has already begun to start them,
    /// so the function does nothing else.
    ///
    /// The counterpart in Python is `MPIPoolExecutor.bootup`.
    ///
    /// - Parameter wait: Whether to wait until every worker serves and has run the initializer.
    /// - Throws: `ExecutorError` if the executor is shut down, or if the workers or the initializer failed.
    @available(*, noasync, message: "use 'workers()' in asynchronous code")
    public func bootup(wait: Bool = true) throws { try engine.bootup(wait: wait) }

    /// Queues a call.
    ///
    /// The calling thread encodes the arguments before this function returns. If that fails, the future has the error.
    ///
    /// The counterpart in Python is `Executor.submit`.
    ///
    /// - Throws: `ExecutorError` if the executor is shut down or broken.
    @inlinable
    public func submit<Call: RemoteCall>(_ call: Call) throws -> Future<Call.Output> { try engine.submit(call) }

    /// Queues a call with options of its own.
    ///
    /// - Throws: `ExecutorError` if the executor is shut down or broken, and for a limit on an executor whose calls are
    ///   not isolated.
    public func submit<Call: RemoteCall>(_ call: Call, options: CallOptions) throws -> Future<Call.Output> {
        try engine.submit(call, options)
    }

    /// Queues a call whose type is known only when the program runs.
    ///
    /// ```swift
    /// let calls: [any RemoteCallable] = [Count(), Name()]
    /// let futures = try calls.map { try executor.submit($0) }
    /// ```
    ///
    /// - Returns: A future of any type. `AnyFuture.cast(as:)` gives it its type.
    /// - Throws: `ExecutorError` if the executor is shut down or broken.
    @_disfavoredOverload  // a call whose type is known gets a future of that type
    public func submit(_ call: any RemoteCall) throws -> AnyFuture {
        func submit(opened call: some RemoteCall) throws -> AnyFuture { AnyFuture(try engine.submit(call)) }
        return try submit(opened: call)
    }

    /// How many calls were submitted, and what has become of them. A snapshot, which costs next to nothing.
    /// ``snapshots(every:)`` returns one after the other.
    public var statistics: ExecutorStatistics { engine.statistics }

    /// Lets no further call begin, for instance before the time limit of a batch system.
    ///
    /// Calls that run end as usual, and have their results. Calls that have not been sent to a worker, and those that
    /// are submitted later, fail with ``ExecutorError/Code/drained``. The executor is still to be shut down. Idempotent.
    public func drain() { engine.drain() }

    /// Shuts the executor down: it takes no more calls.
    ///
    /// Idempotent, in any combination of arguments. The counterpart in Python is `Executor.shutdown`.
    ///
    /// - Parameters:
    ///   - wait: Whether to wait until all calls have ended and their callbacks have run. The calls are made in any
    ///     case.
    ///   - cancelFutures: Whether to cancel the calls that have not been sent to a worker.
    @available(*, noasync, message: "use 'finish' in asynchronous code")
    public func shutdown(wait: Bool = true, cancelFutures: Bool = false) {
        engine.shutdown(cancelFutures: cancelFutures)
        if wait { engine.waitUntilFinished() }
    }

    /// Shuts the executor down, and suspends until all calls have ended and their callbacks have run.
    ///
    /// - Parameter cancelFutures: Whether to cancel the calls that have not been sent to a worker.
    public func finish(cancelFutures: Bool = false) async {
        engine.shutdown(cancelFutures: cancelFutures)
        await engine.finished()
    }

    /// Suspends until the workers serve.
    ///
    /// - Returns: The number of workers.
    /// - Throws: `ExecutorError` if the executor is shut down, or if the workers or the initializer failed.
    public func workers() async throws -> Int { try await engine.booted() }
}
