import Support
import Testing

/// `Docs/CommandLine.md`, whose examples are run.
enum CommandLineManual {
    /// One command and what it prints on both streams together.
    struct Example: Sendable, CustomTestStringConvertible {
        let command: String
        let output: String

        var testDescription: String { command }
    }

    /// The blocks of a language, without their fences.
    private static func blocks(_ language: String) throws -> [[Substring]] {
        var blocks: [[Substring]] = []
        var isInside = false
        for line in try PackageFiles.text(of: "Docs/CommandLine.md").split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            if line == "```\(language)" {
                isInside = true
                blocks.append([])
            } else if line.hasPrefix("```") {
                isInside = false
            } else if isInside {
                blocks[blocks.count - 1].append(line)
            }
        }
        return blocks
    }

    /// The module `tasks`.
    static func source() throws -> String {
        try blocks("swift").map { $0.joined(separator: "\n") }.joined(separator: "\n")
    }

    static func examples() throws -> [Example] {
        try blocks("console").flatMap(split)
    }

    /// A command begins with `$ `; its output is what follows.
    private static func split(_ lines: [Substring]) -> [Example] {
        var examples: [Example] = []
        for line in lines {
            if line.hasPrefix("$ ") {
                examples.append(Example(command: String(line.dropFirst(2)), output: ""))
            } else if let last = examples.popLast() {
                examples.append(Example(command: last.command, output: last.output + line + "\n"))
            }
        }
        return examples
    }
}
