// A call without a result is waited for, too. The compiler must not warn of the `NoResult` that is not used then.

extension Future where Value == NoResult {
    /// Waits for the end of a call without a result. See `Future.result(timeout:)`.
    @_documentation(visibility: internal)
    @available(*, noasync, message: "use 'value' in asynchronous code")
    @discardableResult
    public func result(timeout: Duration? = nil) throws -> NoResult { try decodedResult(timeout) }
}
