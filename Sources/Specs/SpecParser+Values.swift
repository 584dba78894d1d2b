extension SpecParser {
    /// Reads a value and appends it to the call's arguments.
    mutating func parseValue() throws(Fault) {
        switch peek {
        case .quote: try parseString()
        case .leftBracket: try parseArray()
        case .leftBrace: try parseObject()
        case .minus: try parseNumberOrRange()
        case let byte? where byte.isDigit: try parseNumberOrRange()
        default: try parseWord()
        }
    }

    /// Reads a word that is a value, or that begins one.
    private mutating func parseWord() throws(Fault) {
        let start = offset
        guard let word = parseIdentifier() else {
            throw expected("a value", remedy: peek == .apostrophe ? "text stands in double quotes" : nil)
        }
        switch Word(self[word]) {
        case .true: call.encoded.append(0xF5)
        case .false: call.encoded.append(0xF4)
        case .null: call.encoded.append(0xF6)
        case .each: try parseEach(start)
        case .product: try parseProduct(start)
        case .lines, .lines0, .chunks, .glob, .argv:
            try checkIsOutsideEach(start)
            let list = try parseList(start)
            addHole(list, .whole, position: start)
        case .file: try parseFile()
        case nil:
            let shown = String(decoding: self[word].prefix(40), as: UTF8.self)
            throw Fault(offset: start, message: "expected a value, found '\(shown)'; text stands in double quotes")
        }
    }

    private enum Word {
        case `true`, `false`, null, each, product, lines, lines0, chunks, glob, argv, file

        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count <= 7 else { return nil }
            switch String(decoding: bytes, as: UTF8.self) {
            case "true": self = .true
            case "false": self = .false
            case "null": self = .null
            case "each": self = .each
            case "product": self = .product
            case "lines": self = .lines
            case "lines0": self = .lines0
            case "chunks": self = .chunks
            case "file": self = .file
            case "glob": self = .glob
            case "argv": self = .argv
            default: return nil
            }
        }
    }

    /// Reads the rest of `file(…)`, an object with the one key `file`.
    private mutating func parseFile() throws(Fault) {
        skipBlanks()
        guard peek == .leftParenthesis else { throw expected("'(' after 'file'") }
        offset += 1
        skipSpace()
        call.encoded.append(contentsOf: [0xA1, 0x64])
        call.encoded.append(contentsOf: "file".utf8)
        try parseValue()
        skipSpace()
        guard peek == .rightParenthesis else { throw expected("')' after the file's name") }
        offset += 1
    }

    // MARK: Arrays and objects

    private mutating func parseArray() throws(Fault) {
        let head = call.encoded.count
        try enter()
        call.encoded.append(0)
        var count = 0
        skipSpace()
        if peek == .rightBracket {
            offset += 1
        } else {
            var hasMore = true
            while hasMore {
                skipSpace()
                try parseValue()
                count += 1
                hasMore = try parseSeparator(.rightBracket, "',' or ']'")
            }
        }
        finishContainer(at: head, major: 0x80, count: count)
        depth -= 1
    }

    private mutating func parseObject() throws(Fault) {
        let head = call.encoded.count
        try enter()
        call.encoded.append(0)
        var keys = SeenKeys()
        var count = 0
        skipSpace()
        if peek == .rightBrace {
            offset += 1
        } else {
            var hasMore = true
            while hasMore {
                skipSpace()
                try parseKey(&keys)
                skipSpace()
                try parseValue()
                count += 1
                hasMore = try parseSeparator(.rightBrace, "',' or '}'")
            }
        }
        finishContainer(at: head, major: 0xA0, count: count)
        depth -= 1
    }

    private mutating func parseKey(_ keys: inout SeenKeys) throws(Fault) {
        let start = offset
        guard peek == .quote else { throw expected("a key in double quotes") }
        let key = call.encoded.count
        try parseString()
        try checkUTF8(start..<offset)
        guard keys.insert(call.encoded[key...]) else {
            throw Fault(offset: start, message: "the key is there twice")
        }
        skipSpace()
        guard peek == .colon else { throw expected("':'") }
        offset += 1
    }

    /// Reads a comma or the end of a container. Returns true after a comma.
    private mutating func parseSeparator(_ end: UInt8, _ what: String) throws(Fault) -> Bool {
        skipSpace()
        let byte = peek
        guard byte == .comma || byte == end else { throw expected(what) }
        offset += 1
        return byte == .comma
    }

    private mutating func enter() throws(Fault) {
        guard depth < Self.depthLimit else {
            throw Fault(offset: offset, message: "nested in more than \(Self.depthLimit) levels")
        }
        depth += 1
        offset += 1
    }

    /// Writes the head of an array or a map before its items. The head is one byte, and the "break" follows if there
    /// are many items.
    mutating func finishContainer(at head: Int, major: UInt8, count: Int) {
        if count < 24 {
            call.encoded[head] = major | UInt8(count)
        } else {
            call.encoded[head] = major | 0x1F
            call.encoded.append(0xFF)
        }
    }
}

/// The keys of one object, or the labels of one call, that have been read so far.
struct SeenKeys {
    private var first: [UInt8]?
    private var others: Set<[UInt8]> = []

    /// Adds a key. Returns false if it has been added before.
    mutating func insert(_ key: ArraySlice<UInt8>) -> Bool {
        guard let first else {
            self.first = Array(key)
            return true
        }
        if first.elementsEqual(key) { return false }
        return others.insert(Array(key)).inserted
    }
}
