/// Finds the reason in the standard error of an `mpiexec` that has failed.
package enum LastWords {
    /// Finds the line that most likely gives the reason.
    ///
    /// - Parameter text: The last bytes of standard error.
    /// - Returns: One line, or nil if there is none.
    package static func find(in text: String) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmed }
        if let framed = firstFramedSentence(lines) { return framed }
        let said = lines.filter { !$0.isEmpty && !isRule($0) }
        // MPICH reports an error once for each function that it passed through. The first report has the cause.
        let trace = said.reversed().prefix { $0.hasPrefix("[mpiexec@") || $0.hasPrefix("[proxy:") }
        return (trace.last ?? said.last { !isHint($0) } ?? said.last).map(String.init)
    }

    /// Returns the first sentence that Open MPI's `mpiexec` has framed with lines of dashes.
    private static func firstFramedSentence(_ lines: [Substring]) -> String? {
        guard let rule = lines.firstIndex(where: isRule) else { return nil }
        let rest = lines[(rule + 1)...].drop { $0.isEmpty || isRule($0) }
        let paragraph = rest.prefix { !$0.isEmpty && !isRule($0) }
        guard !paragraph.isEmpty else { return nil }
        var text = paragraph.joined(separator: " ")
        // The next paragraph has what a colon announces.
        if text.hasSuffix(":") {
            let next = rest[paragraph.endIndex...].drop { $0.isEmpty }.prefix { !$0.isEmpty && !isRule($0) }
            text = ([text] + next.map(String.init)).joined(separator: " ")
        }
        // A full stop within a word, as in a file name, does not end a sentence.
        return text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) + "." } ?? text
    }

    /// Returns whether a line only separates others.
    private static func isRule(_ line: Substring) -> Bool {
        guard line.count >= 10, let first = line.first, "-=*_#~".contains(first) else { return false }
        return line.allSatisfy { $0 == first }
    }

    /// Returns whether a line only says where to read more.
    private static func isHint(_ line: Substring) -> Bool {
        line.contains("--help") && (line.hasPrefix("Type ") || line.hasPrefix("Try "))
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop { $0.isWhitespace }
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}
