/// What in the standard error of an `mpiexec` that has failed says why.
package enum LastWords {
    /// - Parameter text: The end of what was written.
    /// - Returns: One line; nil if nothing was said.
    package static func find(in text: String) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmed }
        if let framed = firstFramedSentence(lines) { return framed }
        let said = lines.filter { !$0.isEmpty && !isRule($0) }
        // MPICH reports how an error went through its functions, from the first on.
        let trace = said.reversed().prefix { $0.hasPrefix("[mpiexec@") || $0.hasPrefix("[proxy:") }
        return (trace.last ?? said.last { !isHint($0) } ?? said.last).map(String.init)
    }

    /// Open MPI's `mpiexec` frames a text of several paragraphs with lines of dashes.
    private static func firstFramedSentence(_ lines: [Substring]) -> String? {
        guard let rule = lines.firstIndex(where: isRule) else { return nil }
        let paragraph = lines[(rule + 1)...].drop { $0.isEmpty || isRule($0) }.prefix { !$0.isEmpty && !isRule($0) }
        guard !paragraph.isEmpty else { return nil }
        let text = paragraph.joined(separator: " ")
        // A full stop within a word, as in a file's name, ends no sentence.
        return text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) + "." } ?? text
    }

    /// A line that only separates others.
    private static func isRule(_ line: Substring) -> Bool {
        guard line.count >= 10, let first = line.first, "-=*_#~".contains(first) else { return false }
        return line.allSatisfy { $0 == first }
    }

    /// A line that only says where more can be read.
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
