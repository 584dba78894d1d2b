import Glibc
import Support
import Testing

@Suite("Workers that may be started again", .serialized)
struct RestartTests {
    @Test(
        "Workers that may be started again are, when they are killed, and every call has its result",
        arguments: Victim.allCases
    )
    func killed(victim: Victim) async throws {
        let result = try await untilKilled {
            var killed: Set<Int32> = []
            let result = try await start(["squares", "10000", "2"], allowed: .seconds(400)) { program in
                try await program.waitForOutput(containing: "begun")
                // Twice, and the second time others.
                while killed.count < 2, kill(program.id, 0) == 0, !(try program.output.stdout.text.contains("right")) {
                    let next = victim.kill(in: program, sparing: killed)
                    if let next { killed.insert(next) }
                    try await Task.sleep(for: .milliseconds(next == nil ? 5 : 800))
                }
            }
            return (result, !killed.isEmpty)
        }
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == "begun\nright\n", "\(result)")
        let warnings = result.stderr.lines.filter { $0.contains("; the workers are started again") }
        #expect(!warnings.isEmpty, "\(result)")
    }

    @Test("Workers that may be started again are broken when no restart is left")
    func exhausted() async throws {
        let result = try await start(["crashes", "2"])
        #expect(result.stdout.lines.last?.hasSuffix(" broken") == true, "\(result)")
        let warnings = result.stderr.lines.filter { $0.contains("; the workers are started again") }
        #expect(warnings.count == 2, "\(result)")
    }
}
