internal import Glibc
internal import Linux

/// How many bytes one command may write: a worker keeps them in memory until the command has ended.
enum OutputLimit {
    static let variable = "MPIFUTURES_OUTPUT_LIMIT"
    private static let usual = 256 << 20

    /// What the environment says; it is checked when the process starts.
    static let current = (try? read()) ?? usual

    /// - Throws: if the environment says what is no number of bytes.
    static func check() throws(UsageError) { _ = try read() }

    private static func read() throws(UsageError) -> Int? {
        guard let text = Environment.nonEmpty(variable) else { return nil }
        let units: [Character: Int] = ["K": 10, "M": 20, "G": 30]
        let shift = text.last.flatMap { units[$0] }
        let digits = shift == nil ? text[...] : text.dropLast()
        guard let number = Int(digits), number >= 0, number <= Int.max >> (shift ?? 0) else {
            throw UsageError("\(variable) is '\(text)', and has to be a number of bytes, or one of K, M or G behind it")
        }
        return number << (shift ?? 0)
    }
}
