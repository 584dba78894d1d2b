/// One call of a spec: a name, and arguments that are already encoded in CBOR.
///
/// A call with ranges or `each` expands to many calls: its arguments have holes, and each sequence fills one of them.
/// The call is stored as offsets into its text, so that a stream of simple calls allocates no strings.
package struct SpecCall: Sendable {
    /// One argument, as offsets into the text.
    package struct Argument: Hashable, Sendable {
        /// The place of the label; nil for an argument by position.
        package let label: Range<Int>?
        /// The place of the value's first byte.
        package let value: Int
    }

    /// A place in the encoded arguments that is filled when the call is made.
    package struct Hole: Hashable, Sendable {
        /// The offset in the encoded arguments at which the value is inserted.
        package let offset: Int
        package let content: Sequence
        package let role: Role
        /// The place of the sequence in the text.
        package let position: Int

        /// Whether the hole takes one element for each call, or all of them as an array.
        package var isMapped: Bool { role != .whole }
    }

    /// How a sequence fills its hole.
    package enum Role: Hashable, Sendable {
        /// All elements as an array, in every call.
        case whole
        /// One element for each call. All sequences of this role advance together.
        case together
        /// One element for each call, combined with all elements of the other sequences.
        case combined
    }

    /// The values that fill a hole.
    package enum Sequence: Hashable, Sendable {
        /// Consecutive integers.
        case integers(first: Int64, count: Int)
        /// Values in CBOR, one after the other, and the end of each.
        case values([UInt8], ends: [Int])
        /// The parts of a file that end with `separator`: its lines, or texts that end with a zero byte.
        case lines(path: [UInt8], separator: UInt8 = 0x0A)
        /// Consecutive blocks of whole lines of a file, each of about `size` bytes.
        case chunks(path: [UInt8], size: Int)
        /// The paths that match a pattern.
        case glob(pattern: [UInt8])
        /// The arguments that follow the spec on the command line.
        case argv
    }

    /// The place of the name in the text.
    package internal(set) var name: Range<Int> = 0..<0
    package internal(set) var arguments: [Argument] = []
    /// The encoded arguments without the values of the holes: a CBOR map by label, or an array if there are no labels.
    package internal(set) var encoded: [UInt8] = []
    package internal(set) var holes: [Hole] = []

    /// Whether the call expands to as many calls as its sequences have elements.
    package var isMap: Bool { holes.contains { $0.isMapped } }

    package var hasLabels: Bool { arguments.first?.label != nil }

    /// The label that may follow arguments without labels: the standard input of a command.
    package static let inputLabel = "stdin"

    mutating func reset() {
        arguments.removeAll(keepingCapacity: true)
        encoded.removeAll(keepingCapacity: true)
        holes.removeAll(keepingCapacity: true)
    }
}
