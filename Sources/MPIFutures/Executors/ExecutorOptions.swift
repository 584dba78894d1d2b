/// What an executor gives to its workers beside calls.
public struct ExecutorOptions: Sendable {
    /// Values that tasks read with `global(_:as:)`.
    public var globals: Globals

    /// Options of which only those named differ from what is usual.
    public init(globals: Globals = [:]) { self.globals = globals }
}
