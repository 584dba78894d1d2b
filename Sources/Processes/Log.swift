internal import Glibc
internal import Launching

/// Writes this project's own messages to standard error. Each line is written with one call, so lines of different
/// processes do not mix.
package enum Log {
    package static func error(_ message: String) { write("mpifutures: \(message)\n") }

    /// Writes an error unless the same line is on standard error already.
    package static func errorOnce(_ message: String) {
        if ShownLines.insert(message) { error(message) }
    }

    package static func warning(_ message: String) { write("mpifutures: warning: \(message)\n") }

    /// Writes a complete text with one call.
    package static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            LivingLine.shared.around(rest, to: STDERR_FILENO) {
                while !rest.isEmpty {
                    let count = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                    if count <= 0 { break }
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                }
            }
        }
    }
}
