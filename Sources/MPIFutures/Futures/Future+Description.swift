internal import Pool

extension Future: CustomStringConvertible {
    /// The type and the state, such as `Future<Int>(pending)`. The other states are `running`, `cancelled` and
    /// `finished`.
    public var description: String { "Future<\(Value.self)>(\(core.phase))" }
}

extension AnyFuture: CustomStringConvertible {
    /// The state, such as `AnyFuture(pending)`. The other states are `running`, `cancelled` and `finished`.
    public var description: String { "AnyFuture(\(core.phase))" }
}
