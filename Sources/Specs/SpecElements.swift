/// The elements of a sequence, taken one after the other.
enum SpecElements {
    case integers(next: Int64, count: Int)
    case values([UInt8], ends: [Int], next: Int)
    case texts([[UInt8]], next: Int)
    /// Parts that end with a separator each.
    case lines([UInt8], count: Int, offset: Int, separator: UInt8)
    case chunks(any ChunkSource, next: Int)
    case constant([UInt8], isText: Bool)

    init(_ sequence: SpecCall.Sequence, lists: some SpecLists) throws(SpecListError) {
        switch sequence {
        case .integers(let first, let count): self = .integers(next: first, count: count)
        case .values(let values, let ends): self = .values(values, ends: ends, next: 0)
        case .lines(let path, let separator): self = Self.lines(try lists.content(ofFile: path), separator)
        case .chunks(let path, let size): self = .chunks(try lists.chunks(ofFile: path, size: size), next: 0)
        case .glob(let pattern): self = .texts(try lists.paths(matching: pattern), next: 0)
        case .argv: self = .texts(lists.argv, next: 0)
        }
    }

    private static func lines(_ content: [UInt8], _ separator: UInt8) -> SpecElements {
        var content = content
        if let last = content.last, last != separator { content.append(separator) }
        return .lines(content, count: content.count { $0 == separator }, offset: 0, separator: separator)
    }

    /// The number of elements; nil if only the end of a file will tell.
    var count: Int? {
        switch self {
        case .integers(_, let count), .lines(_, let count, _, _): count
        case .values(_, let ends, _): ends.count
        case .texts(let texts, _): texts.count
        case .constant: 1
        case .chunks: nil
        }
    }

    /// All elements as one array, for every call.
    var whole: SpecElements {
        var elements = self
        var array: [UInt8] = [0x9F]
        var isText = true
        for _ in 0..<(count ?? 0) where elements.next(appendingTo: &array) == .bytes { isText = false }
        array.append(0xFF)
        return .constant(array, isText: isText)
    }

    /// What `next` has appended.
    enum Step {
        case value
        /// An element that should be text and is not UTF-8.
        case bytes
        /// Nothing: the sequence has ended.
        case end
    }

    /// Appends the next element. There must be one, except in a sequence of chunks.
    mutating func next(appendingTo bytes: inout [UInt8]) -> Step {
        switch self {
        case .integers(let next, let count):
            bytes.appendInteger(next)
            self = .integers(next: next &+ 1, count: count)
            return .value
        case .values(let values, let ends, let next):
            bytes.append(contentsOf: values[(next == 0 ? 0 : ends[next - 1])..<ends[next]])
            self = .values(values, ends: ends, next: next + 1)
            return .value
        case .texts(let texts, let next):
            self = .texts(texts, next: next + 1)
            return texts[next].withUnsafeBytes { bytes.appendTextOrBytes($0) } ? .value : .bytes
        case .lines(let content, let count, let offset, let separator):
            let end = content[offset...].firstIndex(of: separator) ?? content.count
            let hasReturn = separator == .newline && end > offset && content[end - 1] == .carriageReturn
            self = .lines(content, count: count, offset: end + 1, separator: separator)
            let isText = content.withUnsafeBytes {
                bytes.appendTextOrBytes(UnsafeRawBufferPointer(rebasing: $0[offset..<(hasReturn ? end - 1 : end)]))
            }
            return isText ? .value : .bytes
        case .chunks(let source, let next):
            guard let chunk = source.chunk(at: next) else { return .end }
            self = .chunks(source, next: next + 1)
            return chunk.withUnsafeBytes { bytes.appendTextOrBytes($0) } ? .value : .bytes
        case .constant(let value, let isText):
            bytes.append(contentsOf: value)
            return isText ? .value : .bytes
        }
    }
}
