internal import CBOR
internal import PluginLoading

/// An error as it travels.
struct EncodedError {
    let wireName: String
    let bytes: [UInt8]

    /// Nil if the error cannot travel.
    init?(_ error: any Error & Codable) {
        guard let name = try? TypeIdentity.name(of: type(of: error)), let bytes = try? CBOREncoder().encode(error)
        else {
            return nil
        }
        wireName = name
        self.bytes = bytes
    }
}
