import Support
import Testing

@Suite("The benchmarks")
struct BenchmarkTests {
    @Test("The benchmarks go on when a contender or a workload fails, and say so at the end")
    func failures() async throws {
        let tests = "\(PackageFiles.root)/Tests/Benchmarks/test_run.py"
        let result = try await runProcess("python3", ["-B", tests], deadline: .after(.seconds(120)))
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stderr.text.contains("OK"), "\(result)")
    }
}
