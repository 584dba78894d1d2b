/// The sources of a spec's lists, which are not part of its text.
package protocol SpecLists {
    /// The arguments after the spec. They need not be UTF-8.
    var argv: [[UInt8]] { get }
    /// Returns the content of a file.
    func content(ofFile path: [UInt8]) throws(SpecListError) -> [UInt8]
    /// Returns the paths that match a pattern, sorted. They need not be UTF-8.
    func paths(matching pattern: [UInt8]) throws(SpecListError) -> [[UInt8]]
}

/// The reason why a list cannot be read, in one line.
package struct SpecListError: Error {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// The calls to which one call of a spec expands, made one at a time.
package struct SpecExpansion {
    /// The number of calls.
    package let count: Int
    /// The number of calls that have been made.
    package private(set) var position = 0
    /// Whether all elements of lists in the last call are UTF-8. Other elements become byte strings.
    package private(set) var isText = true

    private let template: [UInt8]
    private var fillings: [Filling] = []

    /// One hole of the call, and the values that are still to fill it.
    private struct Filling {
        let offset: Int
        var elements: Elements
    }

    /// - Throws: `SpecError` if a list cannot be read, or if sequences that advance together differ in length.
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

    /// Appends the arguments of the next call in CBOR. Returns false if there is none.
    package mutating func next(appendingTo bytes: inout [UInt8]) -> Bool {
        guard position < count else { return false }
        position += 1
        isText = true
        var written = 0
        for index in fillings.indices {
            let offset = fillings[index].offset
            bytes.append(contentsOf: template[written..<offset])
            let isTextElement = fillings[index].elements.next(appendingTo: &bytes)
            isText = isText && isTextElement
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
    case texts([[UInt8]], next: Int)
    /// Lines that end with a newline each.
    case lines([UInt8], count: Int, offset: Int)
    case constant([UInt8], isText: Bool)

    init(_ sequence: SpecCall.Sequence, lists: some SpecLists) throws(SpecListError) {
        switch sequence {
        case .integers(let first, let count): self = .integers(next: first, count: count)
        case .values(let values, let ends): self = .values(values, ends: ends, next: 0)
        case .lines(let path): self = Self.lines(try lists.content(ofFile: path))
        case .glob(let pattern): self = .texts(try lists.paths(matching: pattern), next: 0)
        case .argv: self = .texts(lists.argv, next: 0)
        }
    }

    private static func lines(_ content: [UInt8]) -> Elements {
        var content = content
        if let last = content.last, last != .newline { content.append(.newline) }
        return .lines(content, count: content.count { $0 == .newline }, offset: 0)
    }

    var count: Int {
        switch self {
        case .integers(_, let count), .lines(_, let count, _): count
        case .values(_, let ends, _): ends.count
        case .texts(let texts, _): texts.count
        case .constant: 1
        }
    }

    /// All elements as one array, for every call.
    var whole: Elements {
        var elements = self
        var array: [UInt8] = [0x9F]
        var isText = true
        for _ in 0..<count where !elements.next(appendingTo: &array) { isText = false }
        array.append(0xFF)
        return .constant(array, isText: isText)
    }

    /// Appends the next element. There must be one.
    ///
    /// - Returns: False if the element should be text and is not UTF-8.
    mutating func next(appendingTo bytes: inout [UInt8]) -> Bool {
        switch self {
        case .integers(let next, let count):
            bytes.appendInteger(next)
            self = .integers(next: next &+ 1, count: count)
            return true
        case .values(let values, let ends, let next):
            bytes.append(contentsOf: values[(next == 0 ? 0 : ends[next - 1])..<ends[next]])
            self = .values(values, ends: ends, next: next + 1)
            return true
        case .texts(let texts, let next):
            self = .texts(texts, next: next + 1)
            return texts[next].withUnsafeBytes { bytes.appendTextOrBytes($0) }
        case .lines(let content, let count, let offset):
            let end = content[offset...].firstIndex(of: .newline) ?? content.count
            let hasReturn = end > offset && content[end - 1] == .carriageReturn
            self = .lines(content, count: count, offset: end + 1)
            return content.withUnsafeBytes {
                bytes.appendTextOrBytes(UnsafeRawBufferPointer(rebasing: $0[offset..<(hasReturn ? end - 1 : end)]))
            }
        case .constant(let value, let isText):
            bytes.append(contentsOf: value)
            return isText
        }
    }
}
