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
    /// By the plan of the type: its members in the order of memory, without names. Both sides make the same plan. The
    /// caller accepts out-of-band arrays, as above.
    case planned = 3
    /// CBOR, with out-of-band arrays, and so are the results: a journal keeps both for longer than a run.
    case recorded = 4
}

/// A callable that tasks of one pool name by number.
///
/// Workers receive the definitions in the order of their numbers, so a master only remembers how many of them each
/// worker has received.
package struct CallableDefinition: Hashable, Sendable {
    package let name: String
    package let encoding: ValueEncoding
    /// How long each call may take.
    package let limit: CallLimit

    /// The name up to its first NUL. The text behind the NUL says where to look the callable up.
    package var shortName: String { String(name.prefix { $0 != "\0" }) }

    package init(name: String, encoding: ValueEncoding, limit: CallLimit = .none) {
        self.name = name
        self.encoding = encoding
        self.limit = limit
    }

    /// Returns the definition of the same callable with another limit.
    package func limited(_ limit: CallLimit) -> CallableDefinition {
        CallableDefinition(name: name, encoding: encoding, limit: limit)
    }
}

extension FrameBuffer {
    /// Appends the definitions numbered `range`, taken from `all`.
    package func append(definitions range: Range<Int>, of all: [CallableDefinition]) {
        append(varint: UInt64(range.count))
        for definition in all[range] {
            append(byte: definition.encoding.rawValue)
            append(definition.limit)
            append(text: definition.name)
        }
    }
}

extension FrameReader {
    package mutating func definitions() throws(WireError) -> [CallableDefinition] {
        // Each definition takes at least four bytes. A greater count is refused before memory is allocated for it.
        let start = offset
        let count = try varint()
        guard count <= UInt64(remaining / 4) else {
            throw WireError("the frame is too short for its definitions", offset: start)
        }
        var result: [CallableDefinition] = []
        result.reserveCapacity(Int(count))
        for _ in 0..<count {
            let start = offset
            guard let encoding = ValueEncoding(rawValue: try byte()) else {
                throw WireError("an unknown encoding", offset: start)
            }
            let limit = try callLimit()
            result.append(CallableDefinition(name: try text(), encoding: encoding, limit: limit))
        }
        return result
    }
}
