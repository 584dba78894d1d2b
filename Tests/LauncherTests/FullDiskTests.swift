import Foundation
import Support
import Testing

/// Files that a run is asked to write, on a disk without room. The device `/dev/full` stands for it.
@Suite("A full disk")
struct FullDiskTests {
    private static let calls = ["-c", #"sh("echo $1", each(0..<20))"#]
    private static let output = (0..<20).map { "\($0)\n" }.joined()
    private static let reason = "No space left on device"

    /// Expects a run with all results, the status 1 and a line at the end of standard error. Before it, ranks that share a
    /// core may have said so.
    private func expectLine(_ line: String, of result: ProcessResult) {
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == Self.output)
        #expect(result.stderr.text.hasSuffix(line), "\(result)")
    }

    @Test("A full disk costs a run its trace and the status 0, and no result", arguments: [Start.alone, .ranks(3)])
    func trace(start: Start) async throws {
        let result = try await launch(start, ["--trace", "/dev/full"] + Self.calls)
        let line = "mpifutures: cannot write the trace '/dev/full': \(Self.reason); the trace ends here\n"
        expectLine(line, of: result)
    }

    @Test(
        "A full disk costs a run its report and the status 0, and keeps the trace",
        arguments: [Start.alone, .ranks(3)]
    )
    func report(start: Start) async throws {
        let directory = try TemporaryDirectory()
        let trace = "\(directory.path)/trace"
        let result = try await launch(start, ["--trace", trace, "--report", "/dev/full"] + Self.calls)
        let line =
            "mpifutures: cannot write '/dev/full': \(Self.reason); 'mpifutures report -o FILE \(trace)' makes the report\n"
        expectLine(line, of: result)
        let again = try await launch(.alone, ["report", "-o", "\(directory.path)/page.html", trace])
        expect(again, status: 0)
    }

    @Test("A full disk under the trace of a report costs the report, too")
    func traceOfReport() async throws {
        let directory = try TemporaryDirectory()
        let page = "\(directory.path)/page.html"
        try FileManager.default.createSymbolicLink(atPath: "\(page).trace", withDestinationPath: "/dev/full")
        let result = try await launch(.alone, ["--report", page] + Self.calls)
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == Self.output)
        let last = "mpifutures: the report '\(page)' is not made, because its trace could not be written"
        #expect(result.stderr.lines.last == last, "\(result)")
        #expect(!FileManager.default.fileExists(atPath: page))
    }

    @Test("A full disk below standard output is named, whatever writes there")
    func standardOutput() async throws {
        let directory = try TemporaryDirectory()
        let journal = "\(directory.path)/journal"
        expect(try await launch(.alone, ["--journal", journal] + Self.calls), status: 0, stdout: Self.output)
        let launcher = try BuildProducts.path(of: "mpifutures")
        for arguments in [
            Self.calls, ["--dry-run"] + Self.calls, ["journal", journal], ["journal", "--export", journal],
        ] {
            let script = #""$@" >/dev/full"#
            let result = try await runProcess("sh", ["-c", script, "sh", launcher] + arguments)
            let line = "mpifutures: cannot write to standard output: \(Self.reason)\n"
            expect(result, status: 1, stderr: line)
        }
    }
}
