package import Pool

/// A future of any type. Use it to wait for futures of different types together.
///
/// ```swift
/// let (number, text) = (try executor.submit(Count()), try executor.submit(Name()))
/// for future in asCompleted([AnyFuture(number), AnyFuture(text)]) {
///     if let error = try future.error() { print(error) }
/// }
/// ```
public struct AnyFuture: Hashable, Sendable {
    package let core: FutureCore
    private let origin: any AnyFutureOrigin

    /// Makes a handle of the call of `future`.
    public init<Value>(_ future: Future<Value>) {
        core = future.core
        origin = future.origin
    }

    /// Whether the call has ended: with a result, with an error, or by cancellation.
    public var isDone: Bool { core.phase.isDone }

    /// Whether the call was cancelled before it was sent.
    public var isCancelled: Bool { core.phase == .cancelled }

    /// Cancels the call, unless it has been sent to a worker already. See `Future.cancel()`.
    @discardableResult
    public func cancel() -> Bool { core.cancel() }

    /// Cancels the call, even if it runs. See `Future.cancel(_:)`.
    @discardableResult
    public func cancel(_ reach: CancellationReach) -> Bool { core.cancel(reach) }

    /// Waits for the end. Returns the error, or nil if there is a value. See `Future.error(timeout:)`.
    @available(*, noasync, message: "use 'cast(as:)' and 'value' in asynchronous code")
    public func error(timeout: Duration? = nil) throws -> (any Error)? { try origin.error(of: core, timeout) }

    /// Returns the future with its type, or nil if its values are of another type.
    ///
    /// ```swift
    /// if let number = future.cast(as: Int.self) { print(try number.result()) }
    /// ```
    public func cast<Value>(as type: Value.Type) -> Future<Value>? {
        (origin as? FutureOrigin<Value>).map { Future(core, $0) }
    }

    /// Returns whether both are handles of the same call.
    public static func == (left: AnyFuture, right: AnyFuture) -> Bool { left.core === right.core }

    /// Hashes the future's identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(core)) }
}
