// What `map(square, xs)` means for a function, as in Python. A function cannot travel to another process, so no overload
// can make the calls. These only say what to write. `submit` has the same in `PoolExecutor+Functions.swift`.

extension PoolExecutor {
    /// Says what to write for a type in the place of a closure.
    @_documentation(visibility: internal)
    @available(*, unavailable, message: "a closure makes a call of each element: write map({ Square(x: $0) }, xs)")
    @_disfavoredOverload
    public func map<Call: RemoteCall, Arguments: Sequence>(
        _ type: Call.Type,
        _ sequence: Arguments
    ) throws -> MapResults<Call.Output> { fatalError("unavailable") }

    /// Says what to write for a function that makes no call.
    @_documentation(visibility: internal)
    @available(
        *,
        unavailable,
        message:
            "a function cannot travel; it makes a call of each element: map({ Square(x: $0) }, xs), with 'struct Square: RemoteCallable { var x: Int; func callAsFunction() -> Int { x * x } }'"
    )
    @_disfavoredOverload
    public func map<Arguments: Sequence, Output: Codable & Sendable>(
        _ function: (Arguments.Element) throws -> Output,
        _ sequence: Arguments,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Output> { fatalError("unavailable") }

    /// Says what to write for the sequence in front of the function, as in Swift's own `map`.
    @_documentation(visibility: internal)
    @available(*, unavailable, message: "the function comes first, as in Python: map({ Square(x: $0) }, xs)")
    @_disfavoredOverload
    public func map<Arguments: Sequence, Output: Codable & Sendable>(
        _ sequence: Arguments,
        _ function: (Arguments.Element) throws -> Output
    ) throws -> MapResults<Output> { fatalError("unavailable") }
}
