internal import Glibc
internal import Linux
internal import Processes

/// The number of bytes that one command may write. A worker keeps the output in memory until the command has ended.
enum OutputLimit {
    static let variable = "MPIFUTURES_OUTPUT_LIMIT"
    private static let usual = 256 << 20

    /// The limit from the environment, which `check()` has validated.
    static let current = (try? read()) ?? usual

    /// - Throws: `UsageError` if the variable is not a number of bytes.
    static func check() throws(UsageError) { _ = try read() }

    private static func read() throws(UsageError) -> Int? {
        guard let text = Environment.nonEmpty(variable) else { return nil }
        guard let number = ByteCount.parse(text) else {
            throw UsageError("\(variable) is '\(text)', but must be a number of bytes, or one of K, M or G behind it")
        }
        return number
    }
}
