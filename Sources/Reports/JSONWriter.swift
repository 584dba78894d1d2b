/// Writes JSON, token by token.
struct JSONWriter {
    private(set) var text = ""
    private var needsComma = false

    private mutating func separate() {
        if needsComma { text += "," }
        needsComma = true
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) { nest("{", "}", body) }
    mutating func array(_ body: (inout JSONWriter) -> Void) { nest("[", "]", body) }

    private mutating func nest(_ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
        separate()
        text += open
        needsComma = false
        body(&self)
        text += close
        needsComma = true
    }

    /// Writes the key of what is written next.
    mutating func key(_ key: String) {
        separate()
        quote(key)
        text += ":"
        needsComma = false
    }

    mutating func value(_ number: some BinaryInteger) {
        separate()
        text += "\(number)"
    }

    mutating func value(_ number: Double) {
        separate()
        text += number.isFinite ? "\((number * 1e6).rounded() / 1e6)" : "null"
    }

    mutating func value(_ string: String?) {
        separate()
        if let string { quote(string) } else { text += "null" }
    }

    mutating func value(_ flag: Bool) {
        separate()
        text += flag ? "true" : "false"
    }

    /// Writes a string. It has no `<`, so JSON can stand within a script of a page.
    private mutating func quote(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "<", "\u{2028}", "\u{2029}", "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONWriter {
    mutating func field(_ name: String, _ number: some BinaryInteger) {
        key(name)
        value(number)
    }

    mutating func field(_ name: String, _ number: Double) {
        key(name)
        value(number)
    }

    mutating func field(_ name: String, _ string: String?) {
        key(name)
        value(string)
    }
}
