import Support

/// Docs/Plugins.md: files, and commands with what they print.
struct PluginsPage {
    struct Command {
        let line: String
        var output = ""
    }

    private(set) var files: [String: String] = [:]
    private(set) var commands: [Command] = []
    /// Those of the section on packages.
    private(set) var packageCommands: [Command] = []

    init() throws {
        var fence: Substring?
        for line in try PackageFiles.text(of: "Docs/Plugins.md").split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            if line.hasPrefix("```") {
                fence = fence == nil ? line.dropFirst(3) : nil
            } else if let name = fence, name.hasPrefix("swift ") {
                files[String(name.dropFirst(6)), default: ""] += line + "\n"
            } else if fence == "console" {
                Self.add(line, to: &commands)
            } else if fence == "console package" {
                Self.add(line, to: &packageCommands)
            }
        }
    }

    /// A command begins with `$ `; its output is what follows.
    private static func add(_ line: Substring, to commands: inout [Command]) {
        if line.hasPrefix("$ ") {
            commands.append(Command(line: String(line.dropFirst(2))))
        } else {
            commands[commands.count - 1].output += line + "\n"
        }
    }
}
