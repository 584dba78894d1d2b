/// One call of a spec: a name, and arguments that are CBOR already.
///
/// A call with ranges or `each` stands for many: its arguments have holes, and each sequence fills one of them. What
/// the call says is kept as offsets into its text, so that a stream of simple calls makes no strings.
package struct SpecCall: Sendable {
    /// One argument, as offsets into the text.
    package struct Argument: Hashable, Sendable {
        /// Where the label stands; nil for an argument by position.
        package let label: Range<Int>?
        /// Where the value begins.
        package let value: Int
    }

    /// A place in `arguments` that is filled when the call is made.
    package struct Hole: Hashable, Sendable {
        /// Before which byte of `arguments` the value goes.
        package let offset: Int
        package let content: Sequence
        /// Whether the hole takes one element for each call, or all of them as an array.
        package let isMapped: Bool
        /// Where in the text the sequence stands.
        package let position: Int
    }

    /// What fills a hole.
    package enum Sequence: Hashable, Sendable {
        /// Consecutive integers.
        case integers(first: Int64, count: Int)
        /// Values, in CBOR one behind the other, and where each of them ends.
        case values([UInt8], ends: [Int])
        /// The lines of a file.
        case lines(path: [UInt8])
        /// The paths that match a pattern.
        case glob(pattern: [UInt8])
        /// The arguments that follow the spec on the command line.
        case argv
    }

    /// Where the name stands in the text.
    package internal(set) var name: Range<Int> = 0..<0
    package internal(set) var arguments: [Argument] = []
    /// The arguments, but for what belongs into the holes: a CBOR map by label, or an array if there are no labels.
    package internal(set) var encoded: [UInt8] = []
    package internal(set) var holes: [Hole] = []

    /// Whether the call stands for as many calls as its sequences have elements.
    package var isMap: Bool { holes.contains { $0.isMapped } }

    package var hasLabels: Bool { arguments.first?.label != nil }

    mutating func reset() {
        arguments.removeAll(keepingCapacity: true)
        encoded.removeAll(keepingCapacity: true)
        holes.removeAll(keepingCapacity: true)
    }
}
