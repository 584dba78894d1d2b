extension SpecParser {
    /// Reads a call's name.
    mutating func parseName() throws(Fault) -> Range<Int> {
        let start = offset
        if peek == .quote {
            try skipQuotedPath()
            guard peek == .colon else { throw expected("':' and a name after the path") }
            return try parseNameOfPath(from: start)
        }
        while let byte = peek, !byte.endsName { offset += 1 }
        let name = text[start..<offset]
        guard let colon = name.lastIndex(of: .colon) else {
            if name.contains(.slash) { throw expected("':' and a name after the path") }
            offset = start
            return try parseDottedName()
        }
        guard colon > start else { throw Fault(offset: start, message: "expected a path before ':'") }
        try checkUTF8(start..<colon)
        offset = colon
        return try parseNameOfPath(from: start)
    }

    /// Reads a colon and an identifier.
    private mutating func parseNameOfPath(from start: Int) throws(Fault) -> Range<Int> {
        offset += 1
        try parseDotted()
        return start..<offset
    }

    private mutating func parseDottedName() throws(Fault) -> Range<Int> {
        let start = offset
        try parseDotted()
        return start..<offset
    }

    private mutating func parseDotted() throws(Fault) {
        while true {
            guard let part = parseIdentifier() else { throw expected("the name of a callable") }
            try checkUTF8(part)
            guard peek == .dot else { return }
            offset += 1
        }
    }

    /// Skips a path in double quotes, which have no escapes.
    private mutating func skipQuotedPath() throws(Fault) {
        let start = offset
        offset += 1
        while let byte = peek, byte != .quote, byte != .newline {
            if byte < .space || byte == 0x7F { throw unexpectedCharacter("in a path") }
            offset += 1
        }
        guard peek == .quote else { throw Fault(offset: start, message: "the path has no closing '\"'") }
        guard offset > start + 1 else { throw Fault(offset: start, message: "the path is empty") }
        try checkUTF8(start..<offset)
        offset += 1
    }

    /// Reads an identifier: letters, digits and underscores, beginning with no digit. Returns nil if there is none.
    mutating func parseIdentifier() -> Range<Int>? {
        let start = offset
        guard let first = peek, first.startsIdentifier else { return nil }
        offset += 1
        while let byte = peek, byte.startsIdentifier || byte.isDigit { offset += 1 }
        return start..<offset
    }

    func checkUTF8(_ range: Range<Int>) throws(Fault) {
        guard self[range].contains(where: { $0 >= 0x80 }) else { return }
        if let wrong = self[range].firstInvalidUTF8 {
            throw Fault(offset: range.lowerBound + wrong, message: "invalid UTF-8")
        }
    }
}

extension UInt8 {
    fileprivate var endsName: Bool {
        switch self {
        case .leftParenthesis, .rightParenthesis, .semicolon, .comma, .hash, .quote, 0x7F, 0...0x20: true
        default: false
        }
    }

    @inline(__always)
    fileprivate var startsIdentifier: Bool {
        (0x61...0x7A).contains(self) || (0x41...0x5A).contains(self) || self == 0x5F || self >= 0x80
    }
}
