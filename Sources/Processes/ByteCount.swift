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
}
