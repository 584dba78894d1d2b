extension CBORValue {
    /// The value as JSON on one line, converted as RFC 8949, section 6.1, advises.
    ///
    /// - Byte strings become base64url text without padding; tags 22 and 23 ask for base64 and hexadecimal instead.
    /// - Numbers that are not finite, undefined and unassigned simple values become `null`.
    /// - Typed arrays become arrays of numbers. A bare byte string does not, although `[UInt8]` is encoded as one.
    /// - Bignums become numbers. (The RFC makes them text; every language's JSON reader takes the digits.)
    /// - Map keys that are not text become text: a number becomes its digits, and an array or a map its diagnostic
    ///   notation.
    /// - Other tags are dropped.
    package var json: String {
        var text = ""
        writeJSON(to: &text)
        return text
    }

    private func writeJSON(to text: inout String) {
        switch self {
        case .unsigned, .negative, .bool, .null:
            text += diagnostic
        case .bytes(let bytes):
            text += "\"\(bytes.base64(.url))\""
        case .text(let content):
            text.appendQuoted(content)
        case .array(let elements):
            text += "["
            text.appendList(elements, separator: ",") { $0.writeJSON(to: &$1) }
            text += "]"
        case .map(let entries):
            text += "{"
            text.appendList(entries, separator: ",") { entry, text in
                text.appendQuoted(entry.key.jsonKey)
                text += ":"
                entry.value.writeJSON(to: &text)
            }
            text += "}"
        case .tagged(let tag, let value):
            value.writeJSON(to: &text, tag: tag, of: self)
        case .undefined, .simple:
            text += "null"
        case .float(let value):
            text += value.isFinite ? "\(value)" : "null"
        }
    }

    private var jsonKey: String {
        switch self {
        case .text(let text): text
        case .bytes(let bytes): bytes.base64(.url)
        // The key is not JSON, since a map with a map as its key, and so on, would double its escapes at every level.
        default: diagnostic
        }
    }

    private func writeJSON(to text: inout String, tag: UInt64, of tagged: CBORValue) {
        guard case .bytes(let bytes) = self else { return writeJSON(to: &text) }
        switch tag {
        case 2, 3:
            if let digits = tagged.bignum {
                text += digits
            } else {
                text += "\"\(tag == 3 ? "~" : "")\(bytes.base64(.url))\""
            }
        case 22:
            text += "\"\(bytes.base64(.standard))\""
        case 23:
            text += "\"\(bytes.hexadecimal)\""
        default:
            guard let numbers = tagged.typedArray else { return writeJSON(to: &text) }
            text += "["
            text.appendList(numbers, separator: ",") { $0.writeJSON(to: &$1) }
            text += "]"
        }
    }

    /// The elements of a typed array (RFC 8746); `nil` if the value is not one.
    package var typedArray: [CBORValue]? {
        guard case .tagged(let tag, .bytes) = self, TypedArrayTag(tag) != nil else { return nil }
        return serialised().withUnsafeBytes { bytes in
            let reader = Reader(bytes)
            guard let array = try? reader.typedArray(at: 0) else { return nil }
            return (0..<array.count).map { index in
                switch reader.number(index, of: array) {
                case .unsigned(let value): .unsigned(value)
                case .negative(let value): .negative(value)
                case .float(let value): .float(value)
                }
            }
        }
    }
}

extension [UInt8] {
    fileprivate enum Base64Alphabet {
        case standard, url
    }

    /// Returns the bytes in base 64 (RFC 4648): padded in the standard alphabet, unpadded in the alphabet for URLs.
    fileprivate func base64(_ alphabet: Base64Alphabet) -> String {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        let digits = Array<UInt8>((letters + (alphabet == .url ? "-_" : "+/")).utf8)
        var text: [UInt8] = []
        text.reserveCapacity((count + 2) / 3 * 4)
        for start in stride(from: 0, to: count, by: 3) {
            let group = self[start..<Swift.min(start + 3, count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...group.count {
                text.append(digits[bits >> (18 - 6 * place) & 63])
            }
            if alphabet == .standard {
                text += repeatElement(UInt8(ascii: "="), count: 3 - group.count)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
