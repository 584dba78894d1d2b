import Support
import Testing

@Suite("The progress of a run")
struct ProgressTests {
    private static let calls = #"sh("sleep 0.2; echo $1; test $1 != 3", each([1, 2, 3, 4, 5, 6, 7, 8, 9]))"#
    private static let results = "1\n2\n3\n4\n5\n6\n7\n8\n9\n"

    @Test(
        "The progress of a run is lines on standard error, and not among the results",
        arguments: [Start.alone, .ranks(2)]
    )
    func lines(start: Start) async throws {
        let options = if case .alone = start { ["--workers", "1"] } else { [String]() }
        let result = try await launch(start, options + ["--progress", "-c", Self.calls])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == Self.results)
        let lines = result.stderr.lines.filter { !$0.contains("call 2") }
        let last = /mpifutures: 8 of 9 done, 1 failed, \S+ calls\/s after \d+ s/
        #expect(lines.last?.wholeMatch(of: last) != nil, "\(result)")
        let others = /mpifutures: \d of 9 done(, 1 running)?(, 1 failed)?(, \S+ calls\/s(, \d+ s left)?)?/
        #expect(lines.count > 1)
        for line in lines.dropLast() { #expect(line.wholeMatch(of: others) != nil, "\(line)") }
    }

    @Test("The progress of a run on a terminal is one line, below the results")
    func terminal() async throws {
        let launcher = try BuildProducts.path(of: "mpifutures")
        // `script` gives the command a terminal, whose every byte it writes to its output.
        let command = "'\(launcher)' --workers 1 --progress -c '\(Self.calls)'"
        let result = try await runProcess("script", ["-qec", command, "/dev/null"])
        #expect(result.status == .exited(1), "\(result)")
        var screen: [String] = [""]
        for byte in result.stdout.text.replacingOccurrences("\u{1B}[K", "") {
            switch byte {
            case "\r": screen[screen.count - 1] = ""
            case "\n", "\r\n": screen.append("")
            default: screen[screen.count - 1].append(byte)
            }
        }
        let shown = screen.filter { !$0.isEmpty }
        let results = shown.filter { $0.count == 1 }
        #expect(results.joined(separator: "\n") + "\n" == Self.results, "\(screen)")
        #expect(shown.count { $0.contains("done") } == 1, "\(screen)")
        #expect(shown.last?.hasPrefix("mpifutures: 8 of 9 done, 1 failed, ") == true, "\(screen)")
        // The line was shown meanwhile.
        #expect(result.stdout.text.contains("\r\u{1B}[Kmpifutures: "), "\(result)")
    }

    @Test("The progress of a run tells of results from a journal")
    func journal() async throws {
        let runs = try JournalRuns()
        for (count, words) in [(3, "3 of 3 done"), (5, "5 of 5 done, 3 from the journal")] {
            let result = try await runs.run(.ranks(2), "submit", count, options: ["--progress"])
            #expect(result.status == .exited(0), "\(result)")
            #expect(result.stderr.lines.last?.hasPrefix("mpifutures: \(words)") == true, "\(result)")
        }
    }
}

extension String {
    fileprivate func replacingOccurrences(_ text: String, _ other: String) -> String {
        split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
    }
}
