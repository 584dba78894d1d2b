/// Turns the bytes of a stream into whole lines, each behind a label.
package struct WholeLines {
    /// The bytes of a line above which its beginning is passed on before its end is there.
    package static let longestLine = 1 << 20

    private static let endOfLine = UInt8(ascii: "\n")

    private let label: [UInt8]
    /// The beginning of a line whose end has not arrived.
    private var beginning: [UInt8] = []
    /// Whether an earlier part of that line has been passed on.
    private var isContinued = false

    /// - Parameter label: Stands before each line; empty for none.
    package init(label: String = "") { self.label = Array(label.utf8) }

    /// Adds bytes of the stream, and returns the bytes that can be passed on.
    package mutating func add(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let end = bytes.lastIndex(of: Self.endOfLine) else {
            beginning += bytes
            guard beginning.count > Self.longestLine else { return [] }
            return takeBeginning()
        }
        var lines = takeBeginning()
        appendLabelled(bytes[...end], to: &lines)
        beginning = Array(bytes[(end + 1)...])
        isContinued = false
        return lines
    }

    /// Returns an incomplete line with an end of line; nothing if there is none.
    package mutating func finish() -> [UInt8] {
        guard !beginning.isEmpty || isContinued else { return [] }
        defer { isContinued = false }
        return takeBeginning() + [Self.endOfLine]
    }

    private mutating func takeBeginning() -> [UInt8] {
        defer { beginning = [] }
        guard !beginning.isEmpty else { return [] }
        defer { isContinued = true }
        return isContinued ? beginning : label + beginning
    }

    /// Appends complete lines, of which the first one may be the rest of a line.
    private func appendLabelled(_ complete: ArraySlice<UInt8>, to lines: inout [UInt8]) {
        guard !label.isEmpty else { return lines += complete }
        var rest = complete
        var needsLabel = !isContinued
        while let end = rest.firstIndex(of: Self.endOfLine) {
            if needsLabel { lines += label }
            lines += rest[...end]
            rest = rest[(end + 1)...]
            needsLabel = true
        }
    }
}
