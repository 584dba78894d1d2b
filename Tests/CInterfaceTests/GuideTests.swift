import Support
import Testing

/// Docs/CInterface.md: its programs, as they stand there, print what stands below them.
@Suite("The guide to the C interface", .serialized)
struct GuideTests {
    @Test(
        "The guide to the C interface has programs in C that print what it shows",
        arguments: ["roots", "scale", "squares", "pi"]
    )
    func program(name: String) async throws {
        let guide = try Guide()
        let directory = try TemporaryDirectory()
        try directory.write(try guide.program("\(name).c"), to: "\(name).c")
        try await buildCPlugin(["\(directory.path)/\(name).c"], to: "\(directory.path)/lib\(name).so")
        try await expect(guide, name, in: directory)
    }

    @Test("The guide to the C interface has a program in Swift that calls the C of another")
    func mixed() async throws {
        let guide = try Guide()
        let directory = try TemporaryDirectory()
        let path = directory.path
        try directory.write(try guide.program("roots.c"), to: "roots.c")
        try directory.write(try guide.program("hypotenuse.swift"), to: "hypotenuse.swift")
        try await buildCPlugin(["\(path)/roots.c"], options: ["-c", "-Dmain=unused"], to: "\(path)/roots.o")
        try await buildPlugin(
            ["\(path)/hypotenuse.swift", "\(path)/roots.o"],
            module: "hypotenuse",
            to: "\(path)/libhypotenuse.so"
        )
        try await expect(guide, "hypotenuse", in: directory)
    }

    private func expect(_ guide: Guide, _ name: String, in directory: TemporaryDirectory) async throws {
        let result = try await mpiexec(
            n: 3,
            BuildProducts.path(of: "mpifutures"),
            ["./lib\(name).so"],
            workingDirectory: directory.path
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(placeless(result.stdout.text) == placeless(try guide.output(of: name)))
    }

    /// Text without what depends on the machine and on chance: which worker it was.
    private func placeless(_ text: String) -> String {
        text.replacing(/rank \d of 3 on [^:]+:/) { _ in "rank N of 3 on HOST:" }
    }
}

/// The blocks of the guide that are programs and their output.
private struct Guide {
    private var blocks: [(language: Substring, text: String)] = []

    init() throws {
        var language: Substring?
        var text = ""
        for line in try PackageFiles.text(of: "Docs/CInterface.md").split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            if line.hasPrefix("```"), let open = language {
                blocks.append((open, text))
                language = nil
            } else if line.hasPrefix("```") {
                language = line.dropFirst(3)
                text = ""
            } else if language != nil {
                text += line + "\n"
            }
        }
    }

    /// The program whose first line names it.
    func program(_ file: String) throws -> String {
        try #require(blocks.first { $0.text.hasPrefix("/* \(file) */\n") || $0.text.hasPrefix("// \(file)\n") }).text
    }

    /// The first output behind a program.
    func output(of name: String) throws -> String {
        let start = try #require(
            blocks.firstIndex { $0.text.hasPrefix("/* \(name).c") || $0.text.hasPrefix("// \(name).") }
        )
        return try #require(blocks[start...].first { $0.language == "output" }).text
    }
}
