internal import CBOR
internal import PluginLoading

/// An error in the form in which it travels between processes.
struct EncodedError {
    let wireName: String
    let bytes: [UInt8]

    /// Encodes an error. Returns nil if the error cannot travel.
    init?(_ error: any Error & Codable) {
        guard let name = try? TypeIdentity.name(of: type(of: error)), let bytes = try? CBOREncoder().encode(error)
        else {
            return nil
        }
        wireName = name
        self.bytes = bytes
    }
}
