/// An error in a spec, with its place.
///
/// Its text has two or three lines: `spec:1:23: expected ')'`, the line, and a caret below the place.
package struct SpecError: Error, Hashable, Sendable {
    /// The source of the spec: `spec`, or a file's name.
    package let source: String
    /// The number of the line, counted from 1.
    package let line: Int
    /// The place in the line, in bytes of UTF-8 counted from 1, as compilers count.
    package let column: Int
    /// One line, without a full stop.
    package let message: String
    /// The line, and the place of the caret in it.
    private let excerpt: Excerpt

    /// - Parameters:
    ///   - text: The bytes around the place, from which the line is cut out.
    ///   - offset: The place in `text`.
    ///   - firstLine: The number of the first line of `text`.
    package init(
        _ message: String,
        in text: UnsafeRawBufferPointer,
        at offset: Int,
        source: String,
        firstLine: Int = 1
    ) {
        let offset = min(offset, text.count)
        let start = text[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let end = text[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
        self.message = message
        self.source = source
        line = firstLine + text[..<start].count { $0 == UInt8(ascii: "\n") }
        column = offset - start + 1
        excerpt = Excerpt(UnsafeRawBufferPointer(rebasing: text[start..<end]), caret: offset - start)
    }
}

extension SpecError: CustomStringConvertible {
    /// The first line.
    package var summary: String { "\(source):\(line):\(column): \(message)" }

    package var description: String { "\(summary)\n\(excerpt.line)\n\(excerpt.indentation)^" }
}

/// A line that is fit to be shown: the part around the caret of a long line, without bytes that control a terminal.
private struct Excerpt: Hashable, Sendable {
    let line: String
    let indentation: String

    /// The most bytes of a line that are shown before and after the caret.
    private static let reach = 100

    init(_ line: UnsafeRawBufferPointer, caret: Int) {
        var start = max(0, caret - Self.reach)
        while start > 0, start < line.count, line[start] & 0xC0 == 0x80 { start -= 1 }
        var end = min(line.count, caret + Self.reach)
        while end < line.count, line[end] & 0xC0 == 0x80 { end += 1 }
        let before = Self.shown(line[start..<caret])
        let after = Self.shown(line[caret..<end])
        let mark = start > 0 ? "…" : ""
        self.line = "  " + mark + before + after + (end < line.count ? "…" : "")
        indentation = "  " + String(repeating: " ", count: (mark + before).count)
    }

    private static func shown(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        var text = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            text.unicodeScalars.append(isControl ? scalar == "\t" ? " " : "\u{FFFD}" : scalar)
        }
        return text
    }
}
