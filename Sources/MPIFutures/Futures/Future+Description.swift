internal import Pool

extension Future: CustomStringConvertible {
    /// The type and the state: `Future<Int>(pending)`; beside `pending`, `running`, `cancelled` and `finished`.
    public var description: String { "Future<\(Value.self)>(\(core.phase))" }
}

extension AnyFuture: CustomStringConvertible {
    /// The state: `AnyFuture(pending)`; beside `pending`, `running`, `cancelled` and `finished`.
    public var description: String { "AnyFuture(\(core.phase))" }
}
