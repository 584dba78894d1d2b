import Foundation
import Support
import Testing

@Suite("Docs/Plugins.md", .serialized)
struct PluginsPageTests {
    @Test("says what its commands print, with an installed copy")
    func commands() async throws {
        let installation = try await Installation()
        let directory = try TemporaryDirectory()
        let page = try PluginsPage()
        #expect(page.files.count == 2)
        #expect(page.commands.count == 11)
        for (name, text) in page.files { try directory.write(text, to: name) }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let environment = installation.environment.merging([
            "PATH": "\(installation.prefix)/bin:\(path)", "XDG_CACHE_HOME": "\(directory.path)/cache",
        ]) { $1 }
        for command in page.commands {
            let result = try await runProcess(
                "sh",
                ["-c", command.line + " 2>&1"],
                environment: environment,
                workingDirectory: directory.path,
                deadline: .after(.seconds(300))
            )
            let output = command.output.replacingOccurrences(of: "PREFIX", with: installation.prefix)
            #expect(result.stdout.text == output, "\(command.line): \(result)")
        }
    }
}
