import Launching
import Support
import Testing

@Suite("mpiexec's report of a killed process")
struct BannerTests {
    private static let rule = String(repeating: "=", count: 83)
    private static let report = """

        \(rule)
        =   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES
        =   PID 13179 RUNNING AT node7
        =   EXIT CODE: 9
        =   CLEANING UP REMAINING PROCESSES
        =   YOU CAN IGNORE THE BELOW CLEANUP MESSAGES
        \(rule)
        YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)
        This typically refers to a problem with your application.
        Please see the FAQ page for debugging suggestions

        """

    /// Passes a text in random pieces.
    private func pass(_ text: String, _ seed: UInt64) -> (passed: String, TerminationBanner) {
        var generator = SeededGenerator(seed: seed)
        var banner = TerminationBanner()
        var rest = Array(text.utf8)[...]
        var passed: [UInt8] = []
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...40, using: &generator))
            passed += banner.pass(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        passed += banner.finish()
        return (String(decoding: passed, as: UTF8.self), banner)
    }

    @Test(
        "mpiexec's report of a killed process is taken out of the output, however that comes in pieces",
        arguments: 0..<50
    )
    func pieces(seed: UInt64) {
        let output = "a line\n\n=\n\(Self.rule)\nnot it\nlast"
        let (passed, banner) = pass(output + Self.report, seed)
        #expect(passed == output)
        #expect(banner.report?.processID == 13179)
        #expect(banner.report?.host == "node7")
        #expect(banner.report?.code == 9)
        #expect(banner.report?.signal == "Killed (signal 9)")
    }

    @Test("mpiexec's report of a killed process is not seen in output that only looks like it", arguments: 0..<20)
    func others(seed: UInt64) {
        let output = "x\n\(Self.rule)\n=   BAD TERMINATION OF ONE"
        let (passed, banner) = pass(output, seed)
        #expect(passed == output)
        #expect(banner.report == nil)
    }

    @Test("mpiexec's report of a killed process may be cut short anywhere behind its beginning")
    func short() throws {
        let beginning = try #require(Self.report.firstRange(of: "PROCESSES\n")).upperBound
        let code = try #require(Self.report.firstRange(of: "EXIT CODE: 9")).upperBound
        var cut = Self.report[..<beginning]
        while cut.endIndex < code {
            let (passed, banner) = pass("x" + cut, 1)
            #expect(passed == "x")
            #expect(banner.report == nil)
            cut = Self.report[...cut.endIndex]
        }
        let (passed, banner) = pass("x" + cut, 1)
        #expect(passed == "x")
        let report = try #require(banner.report)
        #expect(report.processID == 13179 && report.host == "node7" && report.code == 9)
        #expect(report.signal == nil)
    }

    @Test(
        "mpiexec's report of a killed process is of no use with lines of another form",
        arguments: ["PID 13179 RUNNING AT", "PID x RUNNING AT h", "PID "]
    )
    func otherForm(place: String) {
        let (passed, banner) = pass(Self.report.replacing("PID 13179 RUNNING AT node7", with: place), 1)
        #expect(passed == "")
        #expect(banner.report == nil)
    }
}
