extension SpecParser {
    /// Returns the next byte, or nil at the end.
    @inline(__always)
    var peek: UInt8? { offset < text.count ? text[offset] : nil }

    func byte(after count: Int) -> UInt8? { offset + count < text.count ? text[offset + count] : nil }

    /// Skips white space within a call. This includes newlines and comments in the layout `free`.
    @inline(__always)
    mutating func skipSpace() {
        while let byte = peek {
            switch byte {
            case .space, .tab, .carriageReturn: offset += 1
            case .newline where layout == .free: offset += 1
            case .hash where layout == .free: skipComment()
            default: return
            }
        }
    }

    /// Skips white space within a line.
    @inline(__always)
    mutating func skipBlanks() {
        while let byte = peek, byte == .space || byte == .tab || byte == .carriageReturn { offset += 1 }
    }

    mutating func skipComment() {
        while let byte = peek, byte != .newline { offset += 1 }
    }

    /// Returns the error of a place at which something else is expected.
    ///
    /// - Parameter remedy: What to write there, if that is known.
    func expected(_ what: String, remedy: String? = nil) -> Fault {
        var fault = expectedOnly(what)
        if let remedy { fault.message += "; \(remedy)" }
        return fault
    }

    private func expectedOnly(_ what: String) -> Fault {
        guard let byte = peek else { return Fault(offset: offset, message: "expected \(what), found the end") }
        if byte == .newline { return Fault(offset: offset, message: "expected \(what), found the end of the line") }
        if byte == .hash { return Fault(offset: offset, message: "expected \(what), found a comment") }
        return Fault(offset: offset, message: "expected \(what), found \(name(of: byte))")
    }

    func unexpectedCharacter(_ place: String) -> Fault {
        let name = peek.map(name(of:)) ?? "the end"
        return Fault(offset: offset, message: "there is \(name) \(place)")
    }

    private func name(of byte: UInt8) -> String {
        switch byte {
        case 0x21..<0x7F: return "'\(Character(Unicode.Scalar(byte)))'"
        case .space: return "a space"
        case 0x80...:
            let character = String(decoding: self[offset..<text.count].prefix(4), as: UTF8.self).unicodeScalars.first
            return character.map { $0 == "\u{FFFD}" ? "invalid UTF-8" : "'\($0)'" } ?? "invalid UTF-8"
        default: return "a control character"
        }
    }
}

extension UInt8 {
    static let space = UInt8(ascii: " ")
    static let apostrophe = UInt8(ascii: "'")
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let semicolon = UInt8(ascii: ";")
    static let hash = UInt8(ascii: "#")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let dot = UInt8(ascii: ".")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let slash = UInt8(ascii: "/")
    static let minus = UInt8(ascii: "-")
    static let zero = UInt8(ascii: "0")
    static let lessThan = UInt8(ascii: "<")
    static let leftParenthesis = UInt8(ascii: "(")
    static let rightParenthesis = UInt8(ascii: ")")
    static let leftBracket = UInt8(ascii: "[")
    static let rightBracket = UInt8(ascii: "]")
    static let leftBrace = UInt8(ascii: "{")
    static let rightBrace = UInt8(ascii: "}")

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }
}
