import Foundation
import Support
import Testing

@Suite("The manual of the command line")
struct ManualTests {
    @Test("The manual of the command line prints what its examples print", arguments: try CommandLineManual.examples())
    func example(_ example: CommandLineManual.Example) async throws {
        let directory = try await Plugins.manual.directory
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let result = try await runProcess(
            "/bin/sh",
            ["-c", "exec 2>&1; \(example.command)"],
            environment: ["PATH": "\(BuildProducts.directory):\(path)"],
            workingDirectory: directory
        )
        #expect(result.status == .exited(0), "\(result)")
        // Lines on the two streams have no order between them.
        #expect(result.stdout.sortedLines == example.output.split(separator: "\n").map(String.init).sorted())
    }

    @Test("The manual of the command line has examples")
    func hasExamples() throws {
        #expect(try CommandLineManual.examples().count >= 10)
    }
}
