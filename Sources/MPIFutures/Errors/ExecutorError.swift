/// An executor cannot do what was asked of it.
///
/// The counterparts in Python are `RuntimeError` of `submit` after `shutdown`, `BrokenExecutor` and `ValueError`.
public struct ExecutorError: Error, Codable, Sendable, CustomStringConvertible {
    /// What kind of error it is. More may come: keep a `default` in a `switch`.
    public struct Code: Hashable, Codable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The executor was shut down.
        public static let shutdown = Code(description: "shutdown")
        /// The executor has lost its workers, or its initializer failed. The message says why.
        public static let broken = Code(description: "broken")
        /// An argument that no executor can use.
        public static let invalidArgument = Code(description: "invalidArgument")
        /// A callable that workers cannot find.
        public static let unknownCallable = Code(description: "unknownCallable")
        /// A result that does not have the form that its type asks for.
        public static let undecodableResult = Code(description: "undecodableResult")
        /// Something that is not possible here, such as an executor inside a task.
        public static let notAllowed = Code(description: "notAllowed")
    }

    /// What kind of error it is.
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

/// The future, or an element of a map, was cancelled. The counterpart in Python is `CancelledError`.
public struct CancelledError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The only value.
    public init() {}

    /// One line.
    public var description: String { "the call was cancelled before it ran" }
}

/// Time ran out before what was waited for had happened. The counterpart in Python is `TimeoutError`.
public struct TimeoutError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The only value.
    public init() {}

    /// One line.
    public var description: String { "no result in the given time" }
}
