/// A call whose callable is named by its value, not by its type, and whose arguments are encoded already.
package protocol NamedTask: RemoteTask {
    /// The callable's name on the wire.
    var wireName: String { get }
    /// One CBOR data item: what the callable takes for its arguments.
    var arguments: [UInt8] { get }
}

/// A call of whatever callable, of whose result nothing is known here.
struct NamedCall: NamedTask {
    typealias Output = NoResult

    let wireName: String
    let arguments: [UInt8]
}
