internal import CBOR

/// The words of a command as a spec gives them: text, numbers and truth values, also in arrays.
///
/// Words are bytes, because those of `argv`, `glob` and `lines` need not be UTF-8.
struct CommandArguments: Hashable, Sendable {
    var words: [[UInt8]] = []
    /// The standard input; nil if it is empty.
    var input: CommandInput?
}

extension CommandArguments: Decodable {
    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        try addAll(of: &container, mayHaveInput: true)
    }

    private mutating func addAll(
        of container: inout any UnkeyedDecodingContainer,
        mayHaveInput: Bool = false
    ) throws {
        while !container.isAtEnd {
            if let text = try? container.decode(String.self) {
                guard !text.utf8.contains(0) else {
                    throw DecodingError.dataCorruptedError(in: container, debugDescription: "a word holds no '\\u0000'")
                }
                words.append(Array(text.utf8))
            } else if let number = try? container.decode(Int64.self) {
                words.append(Array("\(number)".utf8))
            } else if let number = try? container.decode(UInt64.self) {
                words.append(Array("\(number)".utf8))
            } else if let number = try? container.decode(Double.self) {
                words.append(Array("\(number)".utf8))
            } else if let truth = try? container.decode(Bool.self) {
                words.append(Array("\(truth)".utf8))
            } else if container.isBeforeByteString, let bytes = try? container.decode([UInt8].self) {
                guard !bytes.contains(0) else {
                    throw DecodingError.dataCorruptedError(in: container, debugDescription: "a word holds no '\\u0000'")
                }
                words.append(bytes)
            } else if var nested = try? container.nestedUnkeyedContainer() {
                try addAll(of: &nested)
            } else if mayHaveInput, container.isLast,
                let map = try? container.nestedContainer(keyedBy: CommandInput.Key.self), map.contains(.stdin)
            {
                input = try CommandInput(map)
            } else {
                throw DecodingError.typeMismatch(
                    String.self,
                    DecodingError.Context(
                        codingPath: container.codingPath,
                        debugDescription: "expected text, a number or an array of them"
                    )
                )
            }
        }
    }
}

extension UnkeyedDecodingContainer {
    /// Whether the next element is the last one, as far as that is known.
    fileprivate var isLast: Bool { count.map { $0 == currentIndex + 1 } ?? true }
}

extension CommandArguments: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for word in words {
            if let text = String(validating: word, as: UTF8.self) {
                try container.encode(text)
            } else {
                try container.encode(word)
            }
        }
        if let input { try container.encode(input) }
    }
}
