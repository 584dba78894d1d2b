/// The error of bytes that are not acceptable CBOR, or of a value that could not be encoded as CBOR.
///
/// If the *bytes* are at fault (cut short, ill-formed, not UTF-8, too deep), this error is thrown. If the bytes are
/// sound but do not fit the *type* that was asked for, `CBORDecoder` throws the standard library's `DecodingError`.
package struct CBORError: Error, Sendable {
    /// The kind of the error, which code can compare.
    package var code: Code

    /// The message, in one line without a full stop.
    package var message: String

    /// The offset of the byte at fault from the start of the input; `nil` when encoding.
    package var offset: Int?

    /// The path from the outermost value to the one at fault.
    package var codingPath: [any CodingKey]

    package init(_ code: Code, _ message: String, at offset: Int? = nil, codingPath: [any CodingKey] = []) {
        self.code = code
        self.message = message
        self.offset = offset
        self.codingPath = codingPath
    }
}

extension CBORError {
    /// The kind of an error.
    ///
    /// More kinds may be added, so a `switch` over them needs a `default`.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// The input ends inside a data item.
        package static let truncated = Code("truncated")
        /// The input is not well-formed (RFC 8949, appendix F).
        package static let malformed = Code("malformed")
        /// Bytes follow the data item.
        package static let trailingBytes = Code("trailingBytes")
        /// A text string is not UTF-8.
        package static let invalidUTF8 = Code("invalidUTF8")
        /// A map has the same key twice.
        package static let duplicateKey = Code("duplicateKey")
        /// Values are nested more deeply than the limit, or than the thread's stack allows.
        package static let tooDeep = Code("tooDeep")
        /// An encoding or decoding container was used in a way that `Codable` does not allow.
        package static let misuse = Code("misuse")

        // Reported as `DecodingError`: see `DecodingState.translate`.
        static let typeMismatch = Code("typeMismatch")
        static let valueNotFound = Code("valueNotFound")
        static let unrepresentable = Code("unrepresentable")
    }
}

extension CBORError: CustomStringConvertible {
    package var description: String {
        var line = "CBOR: \(message)"
        if let offset {
            line += " at byte \(offset)"
        }
        if !codingPath.isEmpty {
            line += ", in \(codingPath.dotted)"
        }
        return line
    }
}

extension [any CodingKey] {
    /// The path as a Swift reader writes it, such as `lines[3].start`.
    var dotted: String {
        reduce(into: "") { path, key in
            if let index = key as? IndexKey {
                path += "[\(index.index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}

/// The index of an element in an array, as a step of a coding path.
struct IndexKey: CodingKey {
    let index: Int

    init(_ index: Int) {
        self.index = index
    }

    init?(stringValue: String) {
        nil
    }

    init?(intValue: Int) {
        index = intValue
    }

    var stringValue: String { "Index \(index)" }
    var intValue: Int? { index }
}

/// A text key of a map, as a step of a coding path.
struct TextKey: CodingKey {
    let stringValue: String

    init(_ text: String) {
        stringValue = text
    }

    init?(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }

    var intValue: Int? { nil }

    /// The key under which a class keeps the part of its superclass, by `Codable`'s convention.
    static let `super` = TextKey("super")
}
