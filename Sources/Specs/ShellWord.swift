/// Words as a POSIX shell reads them.
package enum ShellWord {
    /// Returns a word in a form that the shell reads as this word: as it is, or in single quotes.
    package static func quote(_ word: [UInt8]) -> [UInt8] {
        if !word.isEmpty, word.allSatisfy(\.isPlain) { return word }
        let mark = UInt8(ascii: "'")
        var quoted = [mark]
        for byte in word {
            if byte == mark { quoted += Array("'\\'".utf8) }
            quoted.append(byte)
        }
        return quoted + [mark]
    }

    /// Returns words as a command.
    package static func join(_ words: some Sequence<[UInt8]>) -> [UInt8] {
        Array(words.map(quote).joined(separator: [UInt8(ascii: " ")]))
    }
}

extension UInt8 {
    /// Whether the byte means itself in any place of a word.
    fileprivate var isPlain: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_@%+:,./-".utf8.contains(self)
        }
    }
}
