/// A call that names its callable by a string instead of its type, and whose arguments are encoded already.
package protocol NamedRemoteCall: RemoteCall {
    /// The callable's name on the wire.
    var wireName: String { get }
    /// One CBOR data item: the callable's arguments.
    var arguments: [UInt8] { get }
}

/// A call of any callable, for a caller that does not know the type of the result.
struct NamedCall: NamedRemoteCall {
    typealias Output = NoResult

    let wireName: String
    let arguments: [UInt8]
}
