// What `map(Scale.init, xs)` means for a call of which some properties have defaults. The initializer takes all of them,
// and a function value has no defaults, so no overload can supply them. These only say what to write.

extension PoolExecutor {
    /// Says what to write for an initializer with more arguments than there are sequences.
    @_documentation(visibility: internal)
    @available(
        *,
        unavailable,
        message:
            "the function takes more arguments than there are sequences; a closure uses its defaults: map({ Scale(x: $0) }, xs)"
    )
    @_disfavoredOverload
    public func map<Arguments: Sequence, Second, each Further, Call: RemoteCall>(
        _ make: (Arguments.Element, Second, repeat each Further) throws -> Call,
        _ sequence: Arguments,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> { fatalError("unavailable") }

    /// Says what to write for an initializer with more arguments than there are sequences.
    @_documentation(visibility: internal)
    @available(
        *,
        unavailable,
        message:
            "the function takes more arguments than there are sequences; a closure uses its defaults: map({ Scale(x: $0, y: $1) }, xs, ys)"
    )
    @_disfavoredOverload
    public func map<First: Sequence, Second: Sequence, Third, each Further, Call: RemoteCall>(
        _ make: (First.Element, Second.Element, Third, repeat each Further) throws -> Call,
        _ first: First,
        _ second: Second,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> { fatalError("unavailable") }
}
