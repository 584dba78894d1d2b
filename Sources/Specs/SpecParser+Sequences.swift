extension SpecParser {
    /// Reads the operand of `each`.
    mutating func parseEach(_ start: Int) throws(Fault) {
        try checkIsOutsideEach(start)
        skipBlanks()
        guard peek == .leftParenthesis else { throw expected("'(' after 'each'") }
        offset += 1
        skipSpace()
        let (sequence, position) = try parseSequence(of: "each")
        skipSpace()
        guard peek == .rightParenthesis else { throw expected("')' after what 'each' goes through") }
        offset += 1
        addHole(sequence, .together, position: position)
    }

    /// Reads the operands of `product`. Several ones stand for an array with an element of each.
    mutating func parseProduct(_ start: Int) throws(Fault) {
        try checkIsOutsideEach(start)
        skipBlanks()
        guard peek == .leftParenthesis else { throw expected("'(' after 'product'") }
        var sequences: [(sequence: SpecCall.Sequence, position: Int)] = []
        repeat {
            offset += 1
            skipSpace()
            sequences.append(try parseSequence(of: "product"))
            skipSpace()
        } while peek == .comma
        guard peek == .rightParenthesis else { throw expected("',' or ')' after what 'product' goes through") }
        offset += 1
        let head = call.encoded.count
        if sequences.count > 1 { call.encoded.append(0) }
        for (sequence, position) in sequences { addHole(sequence, .combined, position: position) }
        if sequences.count > 1 { finishContainer(at: head, major: 0x80, count: sequences.count) }
    }

    /// Reads an array, a range or a list whose elements are taken one by one, and returns its place too.
    private mutating func parseSequence(of word: String) throws(Fault) -> (SpecCall.Sequence, position: Int) {
        let position = offset
        isInsideEach = true
        enclosingWord = word
        let sequence: SpecCall.Sequence
        switch peek {
        case .leftBracket: sequence = try parseElements()
        case .minus: sequence = try parseRange()
        case let byte? where byte.isDigit: sequence = try parseRange()
        default:
            guard parseIdentifier() != nil else {
                let remedy = peek == .quote ? "values stand in brackets: \(word)([\"a\", \"b\"])" : nil
                throw expected("an array, a range or a list after '\(word)('", remedy: remedy)
            }
            sequence = try parseList(position)
        }
        isInsideEach = false
        return (sequence, position)
    }

    /// Reads the values of an array as separate elements.
    private mutating func parseElements() throws(Fault) -> SpecCall.Sequence {
        let start = call.encoded.count
        var ends: [Int] = []
        offset += 1
        skipSpace()
        if peek == .rightBracket {
            offset += 1
            return .values([], ends: [])
        }
        while true {
            skipSpace()
            try parseValue()
            ends.append(call.encoded.count - start)
            skipSpace()
            let byte = peek
            guard byte == .comma || byte == .rightBracket else { throw expected("',' or ']'") }
            offset += 1
            if byte == .rightBracket { break }
        }
        let values = Array(call.encoded[start...])
        call.encoded.removeSubrange(start...)
        return .values(values, ends: ends)
    }

    /// Reads the rest of `lines(…)`, `glob(…)` or `argv`, whose first word has just been read.
    mutating func parseList(_ start: Int) throws(Fault) -> SpecCall.Sequence {
        switch String(decoding: self[start..<offset].prefix(8), as: UTF8.self) {
        case "lines": return .lines(path: try parseOperand("lines"))
        case "lines0": return .lines(path: try parseOperand("lines0"), separator: 0)
        case "chunks":
            guard isInsideEach else { throw Fault(offset: start, message: "'chunks' stands inside 'each(…)'") }
            return try parseChunks()
        case "glob": return .glob(pattern: try parseOperand("glob"))
        case "argv": return .argv
        case "each", "product":
            let word = String(decoding: self[start..<offset], as: UTF8.self)
            throw Fault(offset: start, message: "'\(word)' cannot stand inside '\(enclosingWord)'")
        default:
            let lists = "'lines', 'lines0', 'glob', 'chunks' or 'argv'"
            throw Fault(offset: start, message: "expected an array, a range, \(lists)")
        }
    }

    /// The usual size of a chunk, in bytes.
    private static let chunkSize = 1 << 20
    /// The largest size of a chunk, in bytes.
    private static let largestChunk = 1 << 30

    /// Reads the rest of `chunks("file", size)`.
    private mutating func parseChunks() throws(Fault) -> SpecCall.Sequence {
        let path = try parseText("chunks")
        skipSpace()
        var size = Self.chunkSize
        if peek == .comma {
            offset += 1
            skipSpace()
            let position = offset
            guard peek?.isDigit == true, let number = try parseNumber().integer,
                (1...Self.largestChunk).contains(Int(number))
            else {
                throw Fault(offset: position, message: "a chunk's size is a number of bytes up to \(Self.largestChunk)")
            }
            size = Int(number)
            skipSpace()
        }
        guard peek == .rightParenthesis else { throw expected("')'") }
        offset += 1
        return .chunks(path: path, size: size)
    }

    /// Reads a string in parentheses.
    private mutating func parseOperand(_ word: String) throws(Fault) -> [UInt8] {
        let bytes = try parseText(word)
        skipSpace()
        guard peek == .rightParenthesis else { throw expected("')'") }
        offset += 1
        return bytes
    }

    /// Reads a parenthesis and a string behind it, the name of a file or a pattern.
    private mutating func parseText(_ word: String) throws(Fault) -> [UInt8] {
        skipBlanks()
        guard peek == .leftParenthesis else { throw expected("'(' after '\(word)'") }
        offset += 1
        skipSpace()
        let position = offset
        guard peek == .quote else { throw expected("text in double quotes after '\(word)('") }
        let start = call.encoded.count
        try parseString()
        // Behind the head of the text.
        let content = call.encoded[start...].textContent
        let bytes = Array(content)
        if content.isEmpty || content.contains(0) {
            throw Fault(offset: position, message: content.isEmpty ? "the text is empty" : "a path holds no '\\u0000'")
        }
        call.encoded.removeSubrange(start...)
        return bytes
    }

    /// Reads a range, which must begin with a number.
    private mutating func parseRange() throws(Fault) -> SpecCall.Sequence {
        let position = offset
        let number = try parseNumber()
        guard let range = try parseRange(from: number, position) else {
            throw Fault(offset: position, message: "'\(enclosingWord)' needs an array, a range or a list, not a number")
        }
        return range
    }

    /// Reads the rest of a range if its operator follows. Returns nil if it does not.
    mutating func parseRange(from first: WrittenNumber, _ position: Int) throws(Fault) -> SpecCall.Sequence? {
        let start = offset
        skipBlanks()
        guard peek == .dot, byte(after: 1) == .dot else {
            offset = start
            return nil
        }
        let isClosed: Bool
        switch byte(after: 2) {
        case .dot: isClosed = true
        case .lessThan: isClosed = false
        default: throw Fault(offset: offset, message: "expected '..<' or '...'")
        }
        offset += 3
        skipBlanks()
        let end = offset
        guard peek == .minus || peek?.isDigit == true else { throw expected("the range's end, an integer") }
        guard let lower = first.integer else {
            throw Fault(offset: position, message: "a range goes from integer to integer")
        }
        guard let upper = try parseNumber().integer else {
            throw Fault(offset: end, message: "a range goes from integer to integer")
        }
        guard lower <= upper else {
            throw Fault(offset: position, message: "the range ends before it begins")
        }
        let (distance, overflows) = upper.subtractingReportingOverflow(lower)
        guard !overflows, distance < Int64.max else { throw Fault(offset: position, message: "the range is too long") }
        return .integers(first: lower, count: Int(distance) + (isClosed ? 1 : 0))
    }

    func checkIsOutsideEach(_ start: Int) throws(Fault) {
        guard isInsideEach else { return }
        let word = String(decoding: self[start..<offset], as: UTF8.self)
        throw Fault(offset: start, message: "'\(word)' cannot stand inside '\(enclosingWord)'")
    }

    mutating func addHole(_ sequence: SpecCall.Sequence, _ role: SpecCall.Role, position: Int) {
        call.holes.append(
            SpecCall.Hole(offset: call.encoded.count, content: sequence, role: role, position: position)
        )
    }
}
