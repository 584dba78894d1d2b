package import Pool

/// A future of any type. Use it to wait for futures of different types together.
public struct AnyFuture: Hashable, Sendable {
    package let core: FutureCore

    /// Makes a handle of the call of `future`.
    public init<Value>(_ future: Future<Value>) { core = future.core }

    init(core: FutureCore) { self.core = core }

    /// Whether the call has ended: with a result, with an error, or by cancellation.
    public var isDone: Bool { core.phase.isDone }

    /// Whether the call was cancelled before it was sent.
    public var isCancelled: Bool { core.phase == .cancelled }

    /// Cancels the call, unless it has been sent to a worker already. See `Future.cancel()`.
    @discardableResult
    public func cancel() -> Bool { core.cancel() }

    /// Returns whether both are handles of the same call.
    public static func == (left: AnyFuture, right: AnyFuture) -> Bool { left.core === right.core }

    /// Hashes the future's identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(core)) }
}
