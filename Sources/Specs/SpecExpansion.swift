/// What the lists of a spec stand for: the part of a spec that is not in its text.
package protocol SpecLists {
    /// The arguments after the spec.
    var argv: [String] { get }
    /// A file's content.
    func content(ofFile path: String) throws(SpecListError) -> [UInt8]
    /// The paths that match a pattern, sorted.
    func paths(matching pattern: String) throws(SpecListError) -> [String]
}

/// Why a list cannot be had; one line.
package struct SpecListError: Error {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// The calls that one call of a spec stands for, made one at a time.
package struct SpecExpansion {
    /// How many calls there are.
    package let count: Int
    /// How many calls have been made.
    package private(set) var position = 0

    private let template: [UInt8]
    private var fillings: [Filling] = []

    /// One hole of the call, and what is still to go into it.
    private struct Filling {
        let offset: Int
        var elements: Elements
    }

    /// - Throws: `SpecError` if a list cannot be had, or if sequences that advance together differ in length.
    package init(_ call: SpecCall, in parser: SpecParser, lists: some SpecLists) throws(SpecError) {
        template = call.encoded
        var first: (count: Int, hole: SpecCall.Hole)?
        for hole in call.holes {
            let elements: Elements
            do throws(SpecListError) {
                elements = try Elements(hole.content, lists: lists)
            } catch {
                throw parser.error(error.message, at: hole.position)
            }
            guard hole.isMapped else {
                fillings.append(Filling(offset: hole.offset, elements: elements.whole))
                continue
            }
            fillings.append(Filling(offset: hole.offset, elements: elements))
            if let first, first.count != elements.count {
                throw parser.error(
                    "sequences that advance together differ in length: \(first.count) and \(elements.count)",
                    at: hole.position
                )
            }
            first = first ?? (elements.count, hole)
        }
        count = first?.count ?? 1
    }

    /// Appends the arguments of the next call, in CBOR; false if there is none.
    package mutating func next(appendingTo bytes: inout [UInt8]) -> Bool {
        guard position < count else { return false }
        position += 1
        var written = 0
        for index in fillings.indices {
            let offset = fillings[index].offset
            bytes.append(contentsOf: template[written..<offset])
            fillings[index].elements.next(appendingTo: &bytes)
            written = offset
        }
        bytes.append(contentsOf: template[written...])
        return true
    }
}

/// The elements of a sequence, taken one after the other.
private enum Elements {
    case integers(next: Int64, count: Int)
    case values([UInt8], ends: [Int], next: Int)
    /// Lines that end with a newline each.
    case lines([UInt8], count: Int, offset: Int)
    case constant([UInt8])

    init(_ sequence: SpecCall.Sequence, lists: some SpecLists) throws(SpecListError) {
        switch sequence {
        case .integers(let first, let count): self = .integers(next: first, count: count)
        case .values(let values, let ends): self = .values(values, ends: ends, next: 0)
        case .lines(let path): self = try Self.lines(try lists.content(ofFile: path), path)
        case .glob(let pattern): self = try Self.texts(try lists.paths(matching: pattern))
        case .argv: self = try Self.texts(lists.argv)
        }
    }

    private static func lines(_ content: [UInt8], _ path: String) throws(SpecListError) -> Elements {
        var content = content
        if let last = content.last, last != .newline { content.append(.newline) }
        if let wrong = content.withUnsafeBytes({ $0.firstInvalidUTF8 }) {
            let line = content[..<wrong].count { $0 == .newline } + 1
            throw SpecListError("line \(line) of '\(path)' is not UTF-8")
        }
        return .lines(content, count: content.count { $0 == .newline }, offset: 0)
    }

    private static func texts(_ texts: [String]) throws(SpecListError) -> Elements {
        var values: [UInt8] = []
        var ends: [Int] = []
        for var text in texts {
            text.withUTF8 { values.appendText(UnsafeRawBufferPointer($0)) }
            ends.append(values.count)
        }
        return .values(values, ends: ends, next: 0)
    }

    var count: Int {
        switch self {
        case .integers(_, let count), .lines(_, let count, _): count
        case .values(_, let ends, _): ends.count
        case .constant: 1
        }
    }

    /// All elements as one array, again and again.
    var whole: Elements {
        var elements = self
        var array: [UInt8] = [0x9F]
        for _ in 0..<count { elements.next(appendingTo: &array) }
        array.append(0xFF)
        return .constant(array)
    }

    /// Appends the next element; there has to be one.
    mutating func next(appendingTo bytes: inout [UInt8]) {
        switch self {
        case .integers(let next, let count):
            bytes.appendInteger(next)
            self = .integers(next: next &+ 1, count: count)
        case .values(let values, let ends, let next):
            bytes.append(contentsOf: values[(next == 0 ? 0 : ends[next - 1])..<ends[next]])
            self = .values(values, ends: ends, next: next + 1)
        case .lines(let content, let count, let offset):
            let end = content[offset...].firstIndex(of: .newline) ?? content.count
            let hasReturn = end > offset && content[end - 1] == .carriageReturn
            content.withUnsafeBytes {
                bytes.appendText(UnsafeRawBufferPointer(rebasing: $0[offset..<(hasReturn ? end - 1 : end)]))
            }
            self = .lines(content, count: count, offset: end + 1)
        case .constant(let value): bytes.append(contentsOf: value)
        }
    }
}
