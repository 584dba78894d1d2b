/// A call without a result.
///
/// ```swift
/// struct Log: RemoteAction {
///     var text: String
///     func callAsFunction() { print(text) }
/// }
/// try executor.submit(Log(text: "ready")).result()
/// ```
///
/// Its future and its map have ``NoResult`` for a result: take it to wait for the call, and to get the call's error.
///
/// The counterpart in Python is a function that returns `None`.
public protocol RemoteAction: RemoteCallable where Output == NoResult {
    /// Makes the call; runs on a worker. See `RemoteCallable`.
    func callAsFunction() throws
}

extension RemoteAction {
    /// Makes the call for the library, which needs a result.
    @inlinable
    @discardableResult
    public func callAsFunction() throws -> NoResult {
        let _: Void = try callAsFunction()
        return NoResult()
    }
}

/// A call without a result that suspends. See `RemoteAction`.
public protocol AsyncRemoteAction: AsyncRemoteCallable where Output == NoResult {
    /// Makes the call; runs on a worker. See `RemoteCallable`.
    func callAsFunction() async throws
}

extension AsyncRemoteAction {
    /// Makes the call for the library, which needs a result.
    @discardableResult
    public func callAsFunction() async throws -> NoResult {
        let _: Void = try await callAsFunction()
        return NoResult()
    }
}

// The compiler chooses these functions for a type whose own function returns no `Output`, and then shows the message.

extension RemoteCallable where Output == NoResult {
    /// Not available, so that the compiler says what to write.
    @available(
        *,
        unavailable,
        message:
            "RemoteCallable needs a function callAsFunction() that takes no arguments (they are the properties), is not mutating, and returns a Codable and Sendable value: for no result conform to RemoteAction, for a tuple use a struct, for an async function conform to AsyncRemoteCallable"
    )
    public func callAsFunction() throws -> NoResult { fatalError("unavailable") }
}

extension AsyncRemoteCallable where Output == NoResult {
    /// Not available, so that the compiler says what to write.
    @available(
        *,
        unavailable,
        message:
            "AsyncRemoteCallable needs a function callAsFunction() that takes no arguments (they are the properties), is not mutating, and returns a Codable and Sendable value: for no result conform to AsyncRemoteAction, for a tuple use a struct"
    )
    public func callAsFunction() async throws -> NoResult { fatalError("unavailable") }
}
