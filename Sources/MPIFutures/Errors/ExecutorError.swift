/// The error of an executor that cannot do what was asked of it.
///
/// The counterparts in Python are `RuntimeError` of `submit` after `shutdown`, `BrokenExecutor` and `ValueError`.
public struct ExecutorError: Error, Codable, Sendable, CustomStringConvertible {
    /// The kind of an error. More kinds may be added: keep a `default` in a `switch`.
    public struct Code: Hashable, Codable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The executor was shut down.
        public static let shutdown = Code(description: "shutdown")
        /// The executor was drained, so the call did not begin. See `PoolExecutor.drain`.
        public static let drained = Code(description: "drained")
        /// The executor has lost its workers, or its initializer failed. The message says why.
        public static let broken = Code(description: "broken")
        /// An argument is not valid for any executor.
        public static let invalidArgument = Code(description: "invalidArgument")
        /// Workers cannot find the callable.
        public static let unknownCallable = Code(description: "unknownCallable")
        /// The result cannot be decoded as the type that was asked for.
        public static let undecodableResult = Code(description: "undecodableResult")
        /// The operation is not possible here, such as making an executor inside a task.
        public static let notAllowed = Code(description: "notAllowed")
    }

    /// The kind of the error.
    public let code: Code

    /// One line: what happened, and what to do about it.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

/// The error of a future, or of an element of a map, that was cancelled. The counterpart in Python is `CancelledError`.
public struct CancelledError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The only value.
    public init() {}

    /// One line.
    public var description: String { "the call was cancelled before it ran" }
}

/// The error of a wait whose time was over. The counterpart in Python is `TimeoutError`.
public struct TimeoutError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The only value.
    public init() {}

    /// One line.
    public var description: String { "no result in the given time" }
}
