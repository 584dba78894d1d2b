/// How a value's bytes are to be understood.
package enum ValueEncoding: UInt8, Sendable {
    /// The bytes of a trivial type, as they lie in memory. Both sides run the same image, so they agree on the layout.
    case trivial = 0
    /// One CBOR data item.
    case cbor = 1
    /// CBOR, and the caller takes results with arrays beside them: calls from Swift, whose results are decoded.
    case cborOutOfBand = 2
}

/// The number that stands for a callable in the frames of one pool.
///
/// A worker learns the definitions in the order of their numbers, so a master has only to remember how many of them
/// each worker has seen.
package struct CallableDefinition: Hashable, Sendable {
    package let name: String
    package let encoding: ValueEncoding

    /// The name without what is behind its first NUL, which tells where to look it up.
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
        // Each takes two bytes at least: a count beyond that is refused before anything is allocated for it.
        let start = offset
        let count = try varint()
        guard count <= UInt64(remaining / 2) else { throw WireError("too many definitions", offset: start) }
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
