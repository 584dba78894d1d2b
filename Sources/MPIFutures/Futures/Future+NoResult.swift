// A call without a result is waited for, too. The compiler must not warn of the `NoResult` that is not used then.

extension Future where Value == NoResult {
    /// Waits for the end of a call without a result. See `Future.result(timeout:)`.
    @_documentation(visibility: internal)
    @available(*, noasync, message: "use 'value' in asynchronous code")
    @discardableResult
    public func result(timeout: Duration? = nil) throws -> NoResult { try decodedResult(timeout) }
}

extension MapResults where Output == NoResult {
    /// Waits for the end of all calls without a result. See `MapResults.array()`.
    @_documentation(visibility: internal)
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    @discardableResult
    public func array() throws -> [NoResult] {
        var results: [NoResult] = []
        try forEach { results.append($0) }
        return results
    }
}
