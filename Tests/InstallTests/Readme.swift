import Support

/// The parts of README.md that are to work as they stand there.
struct Readme {
    /// The first block of Swift: a whole program.
    let program: String
    /// The lines of the shell blocks.
    let commands: [String]

    init() throws {
        var program: [Substring] = []
        var commands: [String] = []
        var language: Substring?
        var blocks = 0
        for line in try PackageFiles.text(of: "README.md").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                language = language == nil ? line.dropFirst(3) : nil
                if language == "swift" { blocks += 1 }
            } else if language == "swift", blocks == 1 {
                program.append(line)
            } else if language == "sh" {
                commands.append(String(line))
            }
        }
        self.program = program.joined(separator: "\n")
        self.commands = commands
    }

    /// The one command that begins with a word.
    func command(_ start: String) throws -> String {
        let found = commands.filter { $0.hasPrefix(start) }
        guard found.count == 1 else {
            throw BuildFailure(description: "README.md has \(found.count) lines that begin with \(start)")
        }
        return found[0]
    }
}
