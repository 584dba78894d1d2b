internal import Pool

/// A future that the program ends by hand.
///
/// ```swift
/// let promise = Promise<Int>()
/// startDownload { size in promise.succeed(size) }
/// print(try promise.future.result())
/// ```
///
/// Use it to pass on the end of something that is no call, such as an answer from the network, to code that takes
/// futures. Its callbacks, and the functions of futures that are derived from it, run on one thread that all promises of
/// the process share. If nobody ends it, its future stays pending.
///
/// The counterpart in Python is a `concurrent.futures.Future` that the program has made, with `set_result` and
/// `set_exception`.
public struct Promise<Value: Sendable>: Sendable {
    /// The future that the promise ends.
    public let future: Future<Value>

    /// Makes a promise, whose future is pending.
    public init() { future = Future(local: FutureCore(), callbacks: promiseCallbacks) }

    /// Changes the future's state from pending to running, so that it can no longer be cancelled.
    ///
    /// The counterpart in Python is `set_running_or_notify_cancel`.
    ///
    /// - Returns: Whether the state has changed. It has not if the future was cancelled, has been started or has ended.
    public func start() -> Bool { future.core.start() }

    /// Ends the future with a value.
    ///
    /// The counterpart in Python is `set_result`.
    ///
    /// - Returns: Whether this call has ended the future. A future that has ended, or was cancelled, keeps its end.
    @discardableResult
    public func succeed(_ value: Value) -> Bool { future.core.complete(.value(value)) }

    /// Ends the future with an error.
    ///
    /// The counterpart in Python is `set_exception`.
    ///
    /// - Returns: Whether this call has ended the future. A future that has ended, or was cancelled, keeps its end.
    @discardableResult
    public func fail(_ error: any Error) -> Bool { future.core.complete(.failure(error)) }
}

extension Promise where Value == NoResult {
    /// Ends the future without a result. See `succeed(_:)`.
    @discardableResult
    public func succeed() -> Bool { succeed(NoResult()) }
}

/// Runs the callbacks of all promises. It is never closed: promises belong to no executor.
private let promiseCallbacks = CallbackQueue()
