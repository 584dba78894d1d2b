/// A number of bytes as users write it: digits, and one of K, M or G behind them.
package enum ByteCount {
    /// Returns the number; nil for any other text.
    package static func parse(_ text: String) -> Int? {
        let units: [Character: Int] = ["K": 10, "M": 20, "G": 30]
        let shift = text.last.flatMap { units[$0] }
        let digits = shift == nil ? text[...] : text.dropLast()
        guard let number = Int(digits), number >= 0, number <= Int.max >> (shift ?? 0) else { return nil }
        return number << (shift ?? 0)
    }

    /// Returns the text of a number, with the largest unit of which it is a multiple.
    package static func text(_ number: UInt64) -> String {
        let unit = [("G", 30), ("M", 20), ("K", 10)].first { number > 0 && number & (1 << $0.1 - 1) == 0 }
        return unit.map { "\(number >> $0.1)\($0.0)" } ?? "\(number)"
    }
}
