// The names that functions have in Python: the compiler says what they are called here.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension Future {
    /// Says what to write.
    @_documentation(visibility: internal)
    @available(*, unavailable, renamed: "whenDone(_:)")
    public func add_done_callback(_ body: @escaping @Sendable (Future) -> Void) { fatalError("unavailable") }

    /// Says what to write.
    @_documentation(visibility: internal)
    @available(*, unavailable, renamed: "error(timeout:)")
    public func exception(timeout: Duration? = nil) throws -> (any Error)? { fatalError("unavailable") }

    /// Says what to write.
    @_documentation(visibility: internal)
    @available(*, unavailable, message: "write 'isDone'")
    public func done() -> Bool { fatalError("unavailable") }

    /// Says what to write.
    @_documentation(visibility: internal)
    @available(*, unavailable, message: "write 'isRunning'")
    public func running() -> Bool { fatalError("unavailable") }

    /// Says what to write.
    @_documentation(visibility: internal)
    @available(*, unavailable, message: "write 'isCancelled'")
    public func cancelled() -> Bool { fatalError("unavailable") }

    /// Says what to write for a number of seconds.
    @_documentation(visibility: internal)
    @available(*, unavailable, message: "a timeout is a Duration: write 'timeout: .seconds(5)'")
    @_disfavoredOverload
    public func result(timeout: Double) throws -> Value { fatalError("unavailable") }
}

/// Says what to write.
@_documentation(visibility: internal)
@available(*, unavailable, renamed: "asCompleted(_:)")
public func as_completed<Futures: Sequence>(_ futures: Futures, timeout: Double? = nil) -> Futures {
    fatalError("unavailable")
}
