/// A number of bytes as users write it: digits, and one of K, M or G behind them.
enum ByteCount {
    /// Returns the number; nil for any other text.
    static func parse(_ text: String) -> Int? {
        let units: [Character: Int] = ["K": 10, "M": 20, "G": 30]
        let shift = text.last.flatMap { units[$0] }
        let digits = shift == nil ? text[...] : text.dropLast()
        guard let number = Int(digits), number >= 0, number <= Int.max >> (shift ?? 0) else { return nil }
        return number << (shift ?? 0)
    }
}
