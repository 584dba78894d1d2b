/// Encodes `Encodable` values as CBOR (RFC 8949).
///
/// `Docs/CBOR.md` lists the data item that each Swift type becomes.
package struct CBOREncoder: Sendable {
    /// The choice among the encodings that CBOR allows for a value.
    package enum Form: Sendable {
        /// The one that is quickest to write and to read: `Double` as eight bytes whatever its value, containers of 24
        /// and more items with an indefinite length, map keys in the order in which they were encoded.
        case fast

        /// The deterministic one of RFC 8949, section 4.2.1: every number, length and floating-point number as short
        /// as can be without loss, and map keys sorted by their bytes. (Sets, and dictionaries whose keys are neither
        /// `String` nor `Int`, are arrays to `Codable` and keep their random order.)
        case deterministic
    }

    package var form: Form

    /// The greatest number of values nested in one another, counting every `encode(to:)` that is called.
    package var depthLimit: Int

    package static let defaultDepthLimit = 512

    package init(form: Form = .fast, depthLimit: Int = CBOREncoder.defaultDepthLimit) {
        self.form = form
        self.depthLimit = depthLimit
    }

    /// Returns the encoding of a value.
    ///
    /// - Throws: what an `encode(to:)` throws, unchanged; `CBORError` if values are nested too deeply or if a container
    ///   is used in a way that `Codable` does not allow.
    package func encode<T: Encodable>(_ value: T) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try encode(value, appendingTo: &bytes)
        return bytes
    }

    /// Appends the encoding of a value to `buffer`. If an error is thrown, `buffer` is unchanged.
    ///
    /// - Throws: like `encode(_:)`.
    package func encode<T: Encodable>(_ value: T, appendingTo buffer: inout [UInt8]) throws {
        switch form {
        case .fast:
            try write(value, to: &buffer)
        case .deterministic:
            var bytes: [UInt8] = []
            try write(value, to: &bytes)
            // The depth has been checked against the limit. The limit of the stack still holds.
            let parsed = try CBORValue(parsing: bytes, depthLimit: .max)
            parsed.serialise(appendingTo: &buffer)
        }
    }

    /// Returns the encoding of a value. Large arrays of numbers are added to `outOfBand`, and the encoding refers to
    /// them.
    ///
    /// - Throws: like `encode(_:)`.
    package func encode<T: Encodable>(_ value: T, outOfBand: OutOfBandArrays) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try write(value, to: &bytes, outOfBand: outOfBand)
        return bytes
    }

    private func write<T: Encodable>(_ value: T, to buffer: inout [UInt8], outOfBand: OutOfBandArrays? = nil) throws {
        let formerCount = buffer.count
        // The array is moved into the state and back, so that it has one owner and is never copied.
        var owned: [UInt8] = []
        swap(&owned, &buffer)
        try withUnsafeTemporaryAllocation(byteCount: Output.scratchSize, alignment: 1) { scratch in
            let output = Output(appendingTo: owned, scratch: scratch)
            let state = EncodingState.begin(output: output, depthLimit: depthLimit, outOfBand: outOfBand)
            owned = []
            do {
                try state.encodeOutermost(value)
                buffer = state.takeBytes()
                EncodingState.end(consume state)
            } catch {
                buffer = state.takeBytes(first: formerCount)
                state.containers.forgetAll()
                throw error
            }
        }
    }
}
