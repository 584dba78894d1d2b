// What `submit(square, 3)` means for a function, as in Python. A function cannot travel to another process, so no overload
// can make the call. These only say what to write. `map` has the same in `PoolExecutor+MapOfFunctions.swift`.

extension PoolExecutor {
    /// Says what to write for a function and its arguments, and for a closure.
    @_documentation(visibility: internal)
    @available(
        *,
        unavailable,
        message:
            "a function cannot travel; a call is a value: submit(Square(x: 3)), with 'struct Square: RemoteCallable { var x: Int; func callAsFunction() -> Int { x * x } }'"
    )
    @_disfavoredOverload
    public func submit<each Argument, Output: Codable & Sendable>(
        _ function: (repeat each Argument) throws -> Output,
        _ arguments: repeat each Argument
    ) throws -> Future<Output> { fatalError("unavailable") }

    /// Says what to write for a type and the arguments of its call.
    @_documentation(visibility: internal)
    @available(*, unavailable, message: "the arguments belong to the call: write submit(Square(x: 3))")
    @_disfavoredOverload
    public func submit<Call: RemoteCall, each Argument>(
        _ type: Call.Type,
        _ arguments: repeat each Argument
    ) throws -> Future<Call.Output> { fatalError("unavailable") }

    /// Says what to write for a value, such as the result of a function that has been called already.
    @_documentation(visibility: internal)
    @available(
        *,
        unavailable,
        message: "this is a value, and no call: write submit(Square(x: 3)), whose type conforms to RemoteCallable"
    )
    @_disfavoredOverload
    public func submit<Value: Codable & Sendable>(_ value: Value) throws -> Future<Value> { fatalError("unavailable") }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
extension PoolExecutor {
    /// Says what to write.
    @_documentation(visibility: internal)
    @available(*, unavailable, renamed: "workerCount")
    public var num_workers: Int { fatalError("unavailable") }
}
