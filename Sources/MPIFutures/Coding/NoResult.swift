/// The result of a call that has none. See `RemoteAction`.
public struct NoResult: Codable, Hashable, Sendable {
    /// The only value.
    public init() {}
}
