/// How a value is encoded as bytes.
package enum ValueEncoding: UInt8, Sendable {
    /// The bytes of a trivial type, in the layout of memory. Master and workers run the same image, so they agree on
    /// the layout.
    case trivial = 0
    /// One CBOR data item.
    case cbor = 1
    /// CBOR. The caller accepts out-of-band arrays with the results. Calls from Swift use this encoding, since they
    /// decode their results.
    case cborOutOfBand = 2
}

/// A callable that tasks of one pool name by number.
///
/// Workers receive the definitions in the order of their numbers, so a master only remembers how many of them each
/// worker has received.
package struct CallableDefinition: Hashable, Sendable {
    package let name: String
    package let encoding: ValueEncoding

    /// The name up to its first NUL. The text behind the NUL says where to look the callable up.
    package var shortName: String { String(name.prefix { $0 != "\0" }) }

    package init(name: String, encoding: ValueEncoding) {
        self.name = name
        self.encoding = encoding
    }
}

extension FrameBuffer {
    /// Appends the definitions numbered `range`, taken from `all`.
    package func append(definitions range: Range<Int>, of all: [CallableDefinition]) {
        append(varint: UInt64(range.count))
        for definition in all[range] {
            append(byte: definition.encoding.rawValue)
            append(text: definition.name)
        }
    }
}

extension FrameReader {
    package mutating func definitions() throws(WireError) -> [CallableDefinition] {
        // Each definition takes at least two bytes. A greater count is refused before memory is allocated for it.
        let start = offset
        let count = try varint()
        guard count <= UInt64(remaining / 2) else {
            throw WireError("the frame is too short for its definitions", offset: start)
        }
        var result: [CallableDefinition] = []
        result.reserveCapacity(Int(count))
        for _ in 0..<count {
            let start = offset
            guard let encoding = ValueEncoding(rawValue: try byte()) else {
                throw WireError("an unknown encoding", offset: start)
            }
            result.append(CallableDefinition(name: try text(), encoding: encoding))
        }
        return result
    }
}
