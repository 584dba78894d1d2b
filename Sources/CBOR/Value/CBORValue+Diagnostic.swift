extension CBORValue: CustomStringConvertible {
    /// The value in diagnostic notation.
    package var description: String { diagnostic }

    /// The value in diagnostic notation (RFC 8949, section 8), on one line.
    package var diagnostic: String {
        var text = ""
        writeDiagnostic(to: &text)
        return text
    }

    private func writeDiagnostic(to text: inout String) {
        switch self {
        case .unsigned(let value): text += "\(value)"
        case .negative(.max): text += "-18446744073709551616"
        case .negative(let value): text += "-\(value + 1)"
        case .bytes(let bytes): text += "h'\(bytes.hexadecimal)'"
        case .text(let content): text.appendQuoted(content)
        case .array(let elements):
            text += "["
            text.appendList(elements) { $0.writeDiagnostic(to: &$1) }
            text += "]"
        case .map(let entries):
            text += "{"
            text.appendList(entries) { entry, text in
                entry.key.writeDiagnostic(to: &text)
                text += ": "
                entry.value.writeDiagnostic(to: &text)
            }
            text += "}"
        case .tagged(let tag, let value):
            if let integer = bignum {
                text += integer
            } else {
                text += "\(tag)("
                value.writeDiagnostic(to: &text)
                text += ")"
            }
        case .bool(let value): text += "\(value)"
        case .null: text += "null"
        case .undefined: text += "undefined"
        case .simple(let value): text += "simple(\(value.rawValue))"
        case .float(let value):
            if value.isNaN {
                text += "NaN"
            } else if value.isInfinite {
                text += value < 0 ? "-Infinity" : "Infinity"
            } else {
                text += "\(value)"
            }
        }
    }
}

extension CBORValue {
    /// The decimal digits of a bignum; `nil` if the value is not a bignum, or has too many digits to be read.
    var bignum: String? {
        guard case .tagged(let tag, .bytes(let magnitude)) = self, tag == 2 || tag == 3 else { return nil }
        let longest = 128
        guard magnitude.count <= longest else { return nil }
        // A negative bignum is -1 - n. The first byte is zero, so the carry cannot be lost.
        var number = [0] + magnitude
        if tag == 3 {
            for index in number.indices.reversed() {
                number[index] &+= 1
                if number[index] != 0 { break }
            }
        }
        var digits = ""
        while number.contains(where: { $0 != 0 }) {
            var remainder = 0
            for index in number.indices {
                let dividend = remainder << 8 | Int(number[index])
                number[index] = UInt8(dividend / 10)
                remainder = dividend % 10
            }
            digits.append("\(remainder)")
        }
        if digits.isEmpty { digits = "0" }
        return (tag == 3 ? "-" : "") + String(digits.reversed())
    }
}

extension [UInt8] {
    var hexadecimal: String {
        let digits = Array<UInt8>("0123456789abcdef".utf8)
        let characters = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: characters, as: UTF8.self)
    }
}

extension String {
    /// Appends text in double quotes, with the escapes of JSON.
    mutating func appendQuoted(_ text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case "\0"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: unicodeScalars.append(scalar)
            }
        }
        append("\"")
    }

    mutating func appendList<Element>(
        _ elements: some Sequence<Element>,
        separator: String = ", ",
        _ append: (Element, inout String) -> Void
    ) {
        var isFirst = true
        for element in elements {
            if !isFirst { self += separator }
            isFirst = false
            append(element, &self)
        }
    }
}
