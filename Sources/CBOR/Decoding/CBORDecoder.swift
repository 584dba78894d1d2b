/// Decodes `Decodable` values from CBOR (RFC 8949), in any form that the RFC allows.
///
/// `Docs/CBOR.md` lists the data items from which each Swift type is read.
package struct CBORDecoder: Sendable {
    /// The greatest number of values nested in one another, counting every `init(from:)` that is called and every
    /// array, map and tag that is skipped.
    package var depthLimit: Int

    package static let defaultDepthLimit = CBOREncoder.defaultDepthLimit

    package init(depthLimit: Int = CBORDecoder.defaultDepthLimit) {
        self.depthLimit = depthLimit
    }

    /// The value that `bytes` encode.
    ///
    /// Memory for a length is allocated only after the input has been found to hold that many bytes.
    ///
    /// - Throws: what an `init(from:)` throws, unchanged; `CBORError` if the bytes are not one well-formed and valid
    ///   data item and nothing else; `DecodingError` if they are, but do not encode a value of the type.
    package func decode<T: Decodable>(_ type: T.Type, from bytes: UnsafeRawBufferPointer) throws -> T {
        try DecodingState.decode(type, from: Reader(bytes), depthLimit: depthLimit)
    }

    /// Returns the value that `bytes` encode together with out-of-band arrays.
    ///
    /// If a type reads an array differently from how it was written, the type gets the array as a copy.
    ///
    /// - Throws: like `decode(_:from:)`.
    package func decode<T: Decodable>(
        _ type: T.Type,
        from bytes: UnsafeRawBufferPointer,
        outOfBand arrays: [NumberArray]
    ) throws -> T {
        if arrays.isEmpty { return try decode(type, from: bytes) }
        let outOfBand = OutOfBandArrays(arrays)
        let value = withExtendedLifetime(outOfBand) {
            let reader = Reader(bytes, outOfBand: Unmanaged.passUnretained(outOfBand))
            return try? DecodingState.decode(type, from: reader, depthLimit: depthLimit)
        }
        return try value ?? decode(type, from: Reader(bytes).withArraysInside(arrays))
    }

    /// The value that `bytes` encode.
    ///
    /// - Throws: like `decode(_:from:)` over a buffer.
    package func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        try bytes.withUnsafeBytes { try decode(type, from: $0) }
    }
}
