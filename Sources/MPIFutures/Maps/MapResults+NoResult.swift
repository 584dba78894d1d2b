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
