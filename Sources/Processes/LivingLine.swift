internal import Glibc
internal import Waiting

/// The last line of a terminal, which is written anew while other output goes on above it.
package final class LivingLine: Sendable {
    package static let shared = LivingLine()

    private static var erase: String { "\r\u{1B}[K" }

    /// The text of the line; empty if there is none.
    private let text = Locked("")

    private init() {}

    /// Shows a text in place of the one before. With an empty text the line is gone.
    package func show(_ new: String) {
        text.withLock { text in
            guard text != new else { return }
            text = new
            Self.write(Self.erase + new)
        }
    }

    /// Runs `body`, which writes whole lines to the terminal, and shows the line below them.
    package func around<Result>(_ body: () -> Result) -> Result {
        text.withLock { text in
            guard !text.isEmpty else { return body() }
            Self.write(Self.erase)
            defer { Self.write(text) }
            return body()
        }
    }

    private static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
