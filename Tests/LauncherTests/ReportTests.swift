import Foundation
import Support
import Testing

@Suite("The report of a run")
struct ReportTests {
    private static let calls = #"sh("test $1 != 3", each([1, 2, 3, 4])); exec(["true"])"#

    @Test("The report of a run is a page with its calls, and leaves no trace", arguments: [Start.alone, .ranks(3)])
    func page(start: Start) async throws {
        let directory = try TemporaryDirectory()
        let page = "\(directory.path)/report.html"
        let result = try await launch(start, ["--report", page, "-c", Self.calls])
        #expect(result.status == .exited(1), "\(result)")
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.hasPrefix("<!doctype html>"))
        #expect(text.contains(#""calls":5,"failed":1,"#), "\(text.prefix(20_000))")
        #expect(text.contains(#""arguments":"[\"test $1 != 3\",3]""#))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["report.html"])
    }

    @Test("The report of a trace is a page, JSON or tables, as they are asked for")
    func command() async throws {
        let directory = try TemporaryDirectory()
        let trace = "\(directory.path)/run"
        _ = try await launch(.ranks(2), ["--trace", trace, "-c", Self.calls])
        let page = try await launch(.alone, ["report", trace])
        expect(page, status: 0, stdout: "", stderr: "")
        #expect(try String(contentsOfFile: "\(trace).html", encoding: .utf8).contains(#""calls":5"#))
        let words = ["report", "--json", "\(trace).json", "--csv", "\(trace)-tables", trace]
        expect(try await launch(.alone, words), status: 0, stdout: "", stderr: "")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(trace).json")))
        #expect((json as? [String: Any])?["failed"] as? Int == 1)
        let table = try String(contentsOfFile: "\(trace)-tables/failed.csv", encoding: .utf8)
        #expect(table.split(separator: "\r\n").count == 2, "\(table)")
    }

    @Test("A report of a file that is no trace is refused")
    func foreign() async throws {
        let result = try await launch(.alone, ["report", "/etc/passwd"])
        let error = "mpifutures: '/etc/passwd' is not a trace of mpifutures; --trace writes one\n"
        expect(result, status: 2, stdout: "", stderr: error)
        let missing = try await launch(.alone, ["report"])
        #expect(missing.status == .exited(2), "\(missing)")
        #expect(missing.stderr.text.hasPrefix("mpifutures: 'report' needs the name of one trace"), "\(missing)")
    }

    @Test("The page about a run opens in a browser without an error", arguments: [390, 1400])
    func browser(width: Int) async throws {
        guard try await runProcess("sh", ["-c", "command -v chromium"]).status == .exited(0) else {
            try Test.cancel("chromium is not installed")
        }
        let directory = try TemporaryDirectory()
        let page = "\(directory.path)/report.html"
        _ = try await launch(.ranks(3), ["--report", page, "-c", Self.calls])
        let options = [
            "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--window-size=\(width),2000",
            "--user-data-dir=\(directory.path)/profile", "--dump-dom", "file://\(page)",
        ]
        let result = try await runProcess("chromium", options, deadline: .after(.seconds(180)))
        #expect(result.status == .exited(0), "\(result.stderr.text)")
        #expect(!result.stderr.text.contains("CONSOLE"), "\(result.stderr.text)")
        // The script has come to its end: the last table is there.
        #expect(result.stdout.text.contains("<th>setting</th>"))
        #expect(result.stdout.text.contains("<b class=\"bad\">1</b>"))
    }
}
