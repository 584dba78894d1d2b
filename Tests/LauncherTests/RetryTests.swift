import Foundation
import Support
import Testing

@Suite("The launcher's further tries of calls that fail", .serialized)
struct RetryTests {
    /// A command that fails as often as `failures` says, by a file for each try, and then prints `made`.
    private func command(_ failures: Int, _ directory: TemporaryDirectory) -> String {
        #"sh("cd \#(directory.path); echo x >> tries; [ $(wc -l < tries) -gt \#(failures) ] || exit 3; echo made")"#
    }

    private func tries(_ directory: TemporaryDirectory) throws -> Int {
        try String(contentsOfFile: "\(directory.path)/tries", encoding: .utf8).split(separator: "\n").count
    }

    @Test(
        "Commands that fail are made again as often as --retries says",
        arguments: ["2", "thrown=2", "0,thrown=2,delay=0.01"],
        [Start.alone, .ranks(3)]
    )
    func commands(option: String, start: Start) async throws {
        let directory = try TemporaryDirectory()
        let made = try await launch(start, ["--retries", option, "--raw", "-c", command(2, directory)])
        expect(made, status: 0, stdout: "made\n", stderr: "mpifutures: 1 call: 1 returned; 2 further tries\n")
        #expect(try tries(directory) == 3)
        let other = try TemporaryDirectory()
        let failed = try await launch(start, ["--retries", option, "--raw", "-c", command(3, other)])
        #expect(failed.status == .exited(1), "\(failed)")
        #expect(failed.stderr.text.contains("exited with status 3"), "\(failed)")
        #expect(try tries(other) == 3)
    }

    @Test("Commands that fail are made once by default, and the environment says otherwise")
    func environment() async throws {
        let directory = try TemporaryDirectory()
        let once = try await launch(.alone, ["-c", command(1, directory)], environment: ["MPIFUTURES_RETRIES": nil])
        #expect(once.status == .exited(1), "\(once)")
        #expect(try tries(directory) == 1)
        let other = try TemporaryDirectory()
        let again = try await launch(
            .alone,
            ["--raw", "-c", command(1, other)],
            environment: ["MPIFUTURES_RETRIES": "1"]
        )
        expect(again, status: 0, stdout: "made\n", stderr: "mpifutures: 1 call: 1 returned; 1 further try\n")
    }

    @Test(
        "--retries must be numbers of tries",
        arguments: ["", "soon", "lost", "lost=", "lost=x", "crash=1", "lost=1,", "delay=-1", "growth=0.5"]
    )
    func invalid(text: String) async throws {
        let result = try await launch(.alone, ["--retries", text, "-c", #"sh("true")"#])
        let problem = "must be a number of tries, or words such as lost=3,crashed=1,delay=0.5"
        #expect(result.status == .exited(2), "\(result)")
        #expect(result.stderr.lines.count == 1, "\(result)")
        #expect(result.stderr.text.hasPrefix("mpifutures: --retries is '\(text)', but \(problem)"), "\(result)")
    }
}
