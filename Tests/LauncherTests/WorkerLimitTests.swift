import Support
import Testing

@Suite("The number of workers that a host can run")
struct WorkerLimitTests {
    @Test("More workers than a host can run are refused before one of them starts")
    func tooManyWorkers() async throws {
        let result = try await launch(
            .alone,
            ["--workers", "100000000", "--isolate", "on", "-c", #"sh("true")"#]
        )
        #expect(result.status == .exited(1) || result.status == .exited(2), "\(result)")
        #expect(result.stderr.lines.count == 1, "\(result)")
        let (beginning, remedy) = ("mpifutures: 100000000 workers ", "; ask for at most ")
        #expect(result.stderr.text.hasPrefix(beginning) && result.stderr.text.contains(remedy), "\(result)")
    }
}
