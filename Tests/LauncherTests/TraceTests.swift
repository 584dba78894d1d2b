import Foundation
import Support
import Testing

@Suite("The trace of a run")
struct TraceTests {
    /// Reads a trace by a program that shares no code with mpifutures. Returns its lines.
    private static func read(_ trace: String) async throws -> [String] {
        let reader = "\(PackageFiles.root)/Tests/Fixtures/trace/read.py"
        let result = try await runProcess("python3", [reader, trace])
        #expect(result.status == .exited(0), "\(result)")
        return result.stdout.lines
    }

    @Test(
        "The trace of a run has every call, by workers and callables",
        arguments: JournalTests.Way.allCases
    )
    func calls(way: JournalTests.Way) async throws {
        let directory = try TemporaryDirectory()
        let trace = "\(directory.path)/trace"
        let plugin = try await JournalRuns.plugin
        let count = 5000
        let result = try await launch(
            way.start,
            way.options + ["--trace", trace, plugin, "map", "\(directory.path)/notes", "\(count)"]
        )
        #expect(result.status == .exited(0), "\(result)")
        let lines = try await Self.read(trace)
        #expect(lines.contains { $0.hasSuffix("\t\(count)") && !$0.hasPrefix("end") }, "\(lines)")
        #expect(lines.contains("failed\t0\t0"), "\(lines)")
        #expect(lines.contains("end\t\(count)\t0"), "\(lines)")
    }

    @Test("The trace of a run that the environment names is not written by runs in its calls")
    func environment() async throws {
        let directory = try TemporaryDirectory()
        let trace = "\(directory.path)/trace"
        let inner = "\(try BuildProducts.path(of: "mpifutures")) -c 'sh(\"echo inner\", each(0..<3))'"
        for start in [Start.alone, .ranks(3)] {
            let result = try await launch(
                start,
                ["-c", #"sh("\#(inner.replacing("\"", with: "\\\""))")"#],
                environment: ["MPIFUTURES_TRACE": trace]
            )
            #expect(result.status == .exited(0), "\(result)")
            #expect(result.stdout.text == "inner\ninner\ninner\n")
            let lines = try await Self.read(trace)
            #expect(lines.contains("end\t1\t0"), "\(lines)")
        }
    }

    @Test("The trace of a run is refused while another process writes it")
    func inUse() async throws {
        let directory = try TemporaryDirectory()
        let trace = "\(directory.path)/trace"
        let inner = "\(try BuildProducts.path(of: "mpifutures")) --trace \(trace) -c 'sh(\"echo inner\")' || echo $?"
        let result = try await launch(
            .alone,
            ["--trace", trace, "-c", #"sh("\#(inner.replacing("\"", with: "\\\""))")"#]
        )
        let line =
            "mpifutures: another process writes the trace '\(trace)'; wait for its end, or name another file\n"
        expect(result, status: 0, stdout: "2\n", stderr: line)
        #expect(try await Self.read(trace).contains("end\t1\t0"))
    }

    @Test("The trace of a run tells failed calls and further tries apart from others")
    func failures() async throws {
        let directory = try TemporaryDirectory()
        let trace = "\(directory.path)/trace"
        let calls = #"sh("test $1 != 3", each([1, 2, 3, 4]))"#
        let result = try await launch(.ranks(3), ["--retries", "thrown=2", "--trace", trace, "-c", calls])
        #expect(result.status == .exited(1), "\(result)")
        let lines = try await Self.read(trace)
        #expect(lines.dropFirst().contains("failed\t3\t3"), "\(lines)")
        #expect(lines.contains("again\t2"), "\(lines)")
        #expect(lines.contains("end\t4\t2"), "\(lines)")
        #expect(lines.first?.hasSuffix("\t6") == true, "\(lines)")
        // Perfetto shows what failed, and how.
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: trace)), as: UTF8.self)
        #expect(text.contains("test $1 != 3"))
        #expect(text.contains("worker 1 ("))
    }

    @Test("The trace of a run of quick calls has them all, in few slices")
    func quickCalls() async throws {
        let directory = try TemporaryDirectory()
        let trace = "\(directory.path)/trace"
        let plugin = try await JournalRuns.plugin
        let count = 100_000
        let result = try await launch(.ranks(3), ["--trace", trace, plugin, "null", "-", "\(count)"])
        expect(result, status: 0, stdout: "\(count * (count + 1) / 2)\n")
        let lines = try await Self.read(trace)
        #expect(lines.first?.hasSuffix("\t\(count)") == true, "\(lines)")
        let size = try Data(contentsOf: URL(fileURLWithPath: trace)).count
        #expect(size < 4 * count, "\(size)")
    }

    @Test("A trace that cannot be written ends the run with status 2 before any call")
    func unwritable() async throws {
        let result = try await launch(.ranks(2), ["--trace", "/nowhere/trace", "-c", #"sh("echo made")"#])
        expect(
            result,
            status: 2,
            stdout: "",
            stderr: "mpifutures: cannot write the trace '/nowhere/trace': No such file or directory\n"
        )
    }
}
