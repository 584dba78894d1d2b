import Support
import Testing

@Suite("The line about all calls at the end of a run")
struct SummaryTests {
    @Test("The line about all calls is written on request", arguments: [Start.alone, .ranks(3)])
    func asked(start: Start) async throws {
        let result = try await launch(start, ["--summary", "--raw", "-c", #"sh("echo $1", each(["a", "b"]))"#])
        expect(result, status: 0, stdout: "a\nb\n", stderr: "mpifutures: 2 calls: 2 returned\n")
        let failing = try await launch(start, ["--summary", "-c", #"sh("true"); sh("exit 3")"#])
        #expect(failing.stderr.lines.last == "mpifutures: 2 calls: 1 returned, 1 failed", "\(failing)")
    }

    @Test("The line about all calls is written if calls have ended their workers")
    func crashes() async throws {
        let result = try await launch(
            .alone,
            ["--workers", "2", try await Plugins.crash, "100", "20"],
            environment: ["MPIFUTURES_ISOLATE": "on"]
        )
        let line = "mpifutures: 100 calls: 95 returned, 3 crashed, 2 exited; 5 workers lost, 5 started again"
        #expect(result.stderr.lines.last == line, "\(result)")
    }

    @Test(
        "The line about all calls counts workers that were lost on other hosts",
        .enabled("processes can be hidden from each other") { try await Hosts.canHideMaster }
    )
    func crashesElsewhere() async throws {
        let result = try await Hosts.launchHidden(2, [try await Plugins.crash, "100", "20"])
        let line = "mpifutures: 100 calls: 95 returned, 3 crashed, 2 exited; 5 workers lost, 5 started again"
        #expect(result.stderr.lines.contains(line), "\(result)")
    }

    @Test(
        "The line about all calls counts workers that were replaced on other hosts",
        .enabled("processes can be hidden from each other") { try await Hosts.canHideMaster }
    )
    func replacedElsewhere() async throws {
        let calls = #"sh("echo $1", each(argv))"#
        let result = try await Hosts.launchHidden(
            1,
            ["--max-calls-per-worker", "2", "--summary", "--raw", "-c", calls] + (0..<9).map { "\($0)" }
        )
        #expect(result.stdout.lines == (0..<9).map { "\($0)" }, "\(result)")
        #expect(result.stderr.lines.contains("mpifutures: 9 calls: 9 returned; 4 workers replaced"), "\(result)")
    }

    @Test("The line about all calls is written if calls were made again")
    func again() async throws {
        let directory = try TemporaryDirectory()
        let command = #"sh("mkdir \#(directory.path)/made || exit 0; exit 3")"#
        let result = try await launch(.alone, ["--retries", "1", "-c", command])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stderr.lines.last == "mpifutures: 1 call: 1 returned; 1 further try", "\(result)")
    }

    @Test("The line about all calls counts the results that the journal had")
    func fromJournal() async throws {
        let directory = try TemporaryDirectory()
        let journal = "\(directory.path)/journal"
        let arguments = ["--journal", journal, "--summary", "--raw", "-c", #"sh("echo $1", 1...3)"#]
        let first = try await launch(.alone, arguments)
        expect(first, status: 0, stdout: "1\n2\n3\n", stderr: "mpifutures: 3 calls: 3 returned\n")
        let second = try await launch(.alone, arguments)
        expect(
            second,
            status: 0,
            stdout: "1\n2\n3\n",
            stderr: "mpifutures: 0 calls: 0 returned; 3 results from the journal\n"
        )
    }

    @Test("The line about all calls is not written otherwise")
    func unasked() async throws {
        let result = try await launch(.alone, ["-c", #"sh("exit 3")"#])
        #expect(!result.stderr.text.contains("returned"), "\(result)")
    }

    @Test(
        "Workers are replaced after as many calls as --max-calls-per-worker says",
        arguments: [Start.alone, .ranks(3)]
    )
    func recycling(start: Start) async throws {
        let calls = #"sh("echo $1", each(argv))"#
        let result = try await launch(
            start,
            ["--isolate", "on", "--max-calls-per-worker", "2", "--summary", "--raw", "-c", calls]
                + (0..<20).map { "\($0)" }
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines == (0..<20).map { "\($0)" }, "\(result)")
        let line = try #require(result.stderr.lines.last)
        #expect(
            line.hasPrefix("mpifutures: 20 calls: 20 returned; ") && line.hasSuffix("workers replaced"),
            "\(result)"
        )
    }

    @Test("--max-calls-per-worker must be a number of at least 1", arguments: ["0", "x"])
    func invalid(count: String) async throws {
        let result = try await launch(.alone, ["--max-calls-per-worker", count, "-c", #"sh("true")"#])
        #expect(result.status == .exited(2) && result.stderr.lines.count == 1, "\(result)")
    }
}
