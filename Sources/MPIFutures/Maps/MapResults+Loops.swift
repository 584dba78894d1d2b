extension MapResults {
    /// Calls a function with each result that has not been taken, in turn.
    ///
    /// ```swift
    /// try executor.map({ Square(number: $0) }, 0..<100).forEach { print($0) }
    /// ```
    ///
    /// - Throws: The error of the first element that failed, `TimeoutError`, or what `body` throws. The results that
    ///   have not been taken are then lost, and the calls that have not been sent to a worker are cancelled.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    @inlinable
    public func forEach(_ body: (Output) throws -> Void) throws {
        do { while let result = try next() { try body(result) } } catch {
            cancel()
            throw error
        }
    }

    /// Combines the results that have not been taken, by changing a value.
    ///
    /// ```swift
    /// let longest = try executor.map({ Length(of: $0) }, files).reduce(into: 0) { $0 = max($0, $1) }
    /// ```
    ///
    /// - Throws: The errors of `forEach`.
    @available(*, noasync, message: "use 'await' in asynchronous code")
    @inlinable
    @_disfavoredOverload  // asynchronous code gets the function of 'AsyncSequence'
    public func reduce<Combined>(
        into initial: Combined,
        _ update: (inout Combined, Output) throws -> Void
    ) throws -> Combined {
        var combined = initial
        try forEach { try update(&combined, $0) }
        return combined
    }

    /// Combines the results that have not been taken, one after the other.
    ///
    /// ```swift
    /// let sum = try executor.map({ Square(number: $0) }, 0..<100).reduce(0, +)
    /// ```
    ///
    /// - Throws: The errors of `forEach`.
    @available(*, noasync, message: "use 'await' in asynchronous code")
    @inlinable
    @_disfavoredOverload  // asynchronous code gets the function of 'AsyncSequence'
    public func reduce<Combined>(
        _ initial: Combined,
        _ combine: (Combined, Output) throws -> Combined
    ) throws -> Combined {
        try reduce(into: initial) { $0 = try combine($0, $1) }
    }
}

@available(
    *,
    unavailable,
    message:
        "a result can throw: take all with 'try results.array()', each with 'try results.forEach { … }', or go on after failures with 'for outcome in results.outcomes'; in asynchronous code write 'for try await'"
)
extension MapResults: Sequence {
    /// Not available, so that the compiler says what to write.
    public func makeIterator() -> AnyIterator<Output> { fatalError("unavailable") }
}
