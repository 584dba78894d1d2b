import Glibc
import Support
import Testing

@Suite("Workers that may be started again", .serialized)
struct RestartTests {
    @Test("are, when they are killed, and every call has its result", arguments: LossTests.Victim.allCases)
    func killed(victim: LossTests.Victim) async throws {
        let result = try await untilKilled {
            var killed: Set<Int32> = []
            let result = try await start(["squares", "10000", "2"], allowed: .seconds(180)) { program in
                try await program.waitForOutput(containing: "begun")
                // Twice, and the second time others.
                while killed.count < 2, kill(program.id, 0) == 0, !(try program.output.stdout.text.contains("right")) {
                    if let process = program.descendants.first(where: { victim.isOne($0) && !killed.contains($0.id) }) {
                        kill(process.id, SIGKILL)
                        killed.insert(process.id)
                        try await Task.sleep(for: .milliseconds(800))
                    } else {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
            return (result, !killed.isEmpty)
        }
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == "begun\nright\n", "\(result)")
        let warnings = result.stderr.lines.filter { $0.contains("; the workers are started again") }
        #expect(!warnings.isEmpty, "\(result)")
    }

    @Test("are broken when no restart is left")
    func exhausted() async throws {
        let result = try await start(["crashes", "2"])
        #expect(result.stdout.lines.last?.hasSuffix(" broken") == true, "\(result)")
        let warnings = result.stderr.lines.filter { $0.contains("; the workers are started again") }
        #expect(warnings.count == 2, "\(result)")
    }
}
