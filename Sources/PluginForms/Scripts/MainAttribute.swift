/// Finds out whether a Swift file has `@main`, which decides how it is compiled.
enum MainAttribute {
    /// Returns whether a file has `@main` outside of comments and strings. Such a file has no top-level code.
    static func isPresent(in source: [UInt8]) -> Bool {
        var scanner = Scanner(source: source)
        return scanner.findsAttribute()
    }

    /// Scans a source, and skips its comments and strings.
    private struct Scanner {
        let source: [UInt8]
        var position = 0

        mutating func findsAttribute() -> Bool {
            while position < source.count {
                if starts(with: "//") {
                    skip(past: "\n")
                } else if starts(with: "/*") {
                    skipComment()
                } else if let quote = openingQuote() {
                    skipString(quote)
                } else if starts(with: "@main"), !isWord(at: position + 5) {
                    return true
                } else {
                    position += 1
                }
            }
            return false
        }

        /// Skips a comment. Comments can be nested.
        private mutating func skipComment() {
            var depth = 0
            while position < source.count {
                if starts(with: "/*") {
                    depth += 1
                    position += 2
                } else if starts(with: "*/") {
                    depth -= 1
                    position += 2
                    if depth == 0 { return }
                } else {
                    position += 1
                }
            }
        }

        private struct Quote {
            let hashes: Int
            let isMultiline: Bool
        }

        /// Reads the beginning of a string literal: `"` or `"""`, perhaps behind number signs.
        private mutating func openingQuote() -> Quote? {
            let hashes = source[position...].prefix { $0 == UInt8(ascii: "#") }.count
            guard starts(with: "\"", at: position + hashes) else { return nil }
            let isMultiline = starts(with: "\"\"\"", at: position + hashes)
            position += hashes + (isMultiline ? 3 : 1)
            return Quote(hashes: hashes, isMultiline: isMultiline)
        }

        /// Skips a string. Interpolations count as text, since an attribute cannot be in one.
        private mutating func skipString(_ quote: Quote) {
            let marks = String(repeating: "#", count: quote.hashes)
            let end = (quote.isMultiline ? "\"\"\"" : "\"") + marks
            let escape = "\\" + marks
            while position < source.count {
                if starts(with: escape) {
                    position += escape.utf8.count + 1
                } else if starts(with: end) {
                    position += end.utf8.count
                    return
                } else if !quote.isMultiline, source[position] == UInt8(ascii: "\n") {
                    return
                } else {
                    position += 1
                }
            }
        }

        private mutating func skip(past end: Unicode.Scalar) {
            while position < source.count, source[position] != UInt8(ascii: end) { position += 1 }
        }

        private func starts(with text: String, at place: Int? = nil) -> Bool {
            let place = place ?? position
            return place < source.count && source[place...].starts(with: text.utf8)
        }

        private func isWord(at place: Int) -> Bool {
            guard place < source.count else { return false }
            let byte = source[place]
            return byte == UInt8(ascii: "_") || byte >= 0x80 || Unicode.Scalar(byte).properties.isAlphabetic
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
}
