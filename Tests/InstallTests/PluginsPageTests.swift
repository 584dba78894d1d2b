import Foundation
import Support
import Testing

@Suite("Docs/Plugins.md", .serialized)
struct PluginsPageTests {
    @Test("Docs/Plugins.md says what its commands print, with an installed copy")
    func commands() async throws {
        let installation = try await Installation()
        let directory = try TemporaryDirectory()
        let page = try PluginsPage()
        #expect(page.files.count == 3)
        #expect(page.commands.count == 12)
        for (name, text) in page.files { try directory.write(text, to: name) }
        for command in page.commands {
            let result = try await installation.run(
                command.line + " 2>&1",
                in: directory.path,
                environment: ["XDG_CACHE_HOME": "\(directory.path)/cache"]
            )
            let output = command.output.replacingOccurrences(of: "PREFIX", with: installation.prefix)
            #expect(result.stdout.text == output, "\(command.line): \(result)")
        }
    }

    @Test("Docs/Plugins.md has a package that depends on this one by its path, and makes a plugin")
    func package() async throws {
        let installation = try await Installation()
        let page = try PluginsPage()
        // What is compiled stays between runs: it is most of this package.
        let directory = "\(PackageFiles.root)/.build/dependent"
        let files = [
            "Package.swift": page.files["Package.swift"]?.replacing("/path/to/mpifutures", with: PackageFiles.root),
            "Sources/app/app.swift": page.files["app.swift"],
        ]
        for (name, text) in files {
            let file = URL(fileURLWithPath: "\(directory)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try #require(text).write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(page.packageCommands.count == 3)
        for command in page.packageCommands {
            let result = try await installation.run(command.line, in: directory, deadline: .after(.seconds(600)))
            #expect(result.status == .exited(0), "\(result)")
            // What the package manager says is its own.
            if !command.output.isEmpty { #expect(result.stdout.text == command.output, "\(result)") }
        }
    }
}
