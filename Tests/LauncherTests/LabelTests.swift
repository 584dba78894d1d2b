import Support
import Testing

@Suite("The output of isolated workers")
struct LabelTests {
    private static let isolated = ["MPIFUTURES_ISOLATE": "on"]

    // The process manager may break the longer lines of ranks.
    @Test(
        "With labels, lines are whole, and each names its worker",
        arguments: [
            (Start.alone, 10), (.alone, 5_000), (.alone, 100_000), (.ranks(2), 5_000), (.ranks(3), 10),
            (.ranks(3), 4_000),
        ]
    )
    func wholeLines(start: Start, length: Int) async throws {
        let count = 8
        let result = try await launch(
            start,
            ["--label", try await Plugins.endings, "long lines", "\(count)", "\(length)"],
            environment: Self.isolated
        )
        #expect(result.status == .exited(0), "\(result.status)")
        let letters = "abcdefgh".map { String(repeating: $0, count: length) }
        let expected = letters.flatMap { [$0, $0, $0] }
        for stream in [result.stdout, result.stderr] {
            let lines = stream.lines.map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
            let areWhole = lines.compactMap(\.last).sorted() == expected
            #expect(areWhole, "\(stream.lines.map { $0.prefix(12) })")
            let labels = Set(lines.compactMap(\.first))
            #expect(labels.isSubset(of: ["[1]", "[2]", "[3]"]) && !labels.isEmpty, "\(labels)")
        }
    }

    @Test(
        "With labels, each line names its worker's host if there are several",
        .enabled("ranks can have other host names") { try await Hosts.canBePretended }
    )
    func hosts() async throws {
        let result = try await Hosts.launch(
            ["one", "two", "three"],
            ["--label", "--isolate", "on", try await Plugins.endings, "long lines", "40", "10"]
        )
        #expect(result.status == .exited(0), "\(result)")
        let labels = Set(result.stdout.lines.compactMap { $0.split(separator: " ").first.map(String.init) })
        #expect(labels.isSubset(of: ["[1@two]", "[2@three]"]) && !labels.isEmpty, "\(result)")
    }

    @Test(
        "With labels, the last lines of a call that crashes are there before its error",
        arguments: [Start.alone, .ranks(2)]
    )
    func labelledLastLine(start: Start) async throws {
        let result = try await launch(
            start,
            ["--label", try await Plugins.endings, "last line", "trap"],
            environment: Self.isolated
        )
        #expect(result.status == .exited(0), "\(result)")
        let lines = result.stdout.lines
        #expect(lines.count == 3 && lines[0].hasSuffix("] a line"), "\(result)")
        #expect(lines[1].hasSuffix("] the last word"), "\(result)")
        #expect(lines[2] == "was killed by SIGILL", "\(result)")
        #expect(result.stderr.lines.first { $0.contains("trapped") }?.hasPrefix("[") == true, "\(result)")
    }

    @Test(
        "What a call has printed before it ends its process is not lost, with or without an end of line",
        arguments: [Start.alone, .ranks(2)],
        [
            ("abort", "killed by SIGABRT"), ("trap", "killed by SIGILL"), ("fault", "killed by SIGSEGV"),
            ("signal", "killed by SIGFPE"),
        ]
    )
    func lastLine(start: Start, ending: (name: String, text: String)) async throws {
        let result = try await launch(
            start,
            [try await Plugins.endings, "last line", ending.name],
            environment: Self.isolated
        )
        expect(result, stdout: "a line\nthe last word\nwas \(ending.text)\n")
    }

    @Test("What a rank has printed before it crashes is not lost where calls are not isolated")
    func lastLineOfRank() async throws {
        let result = try await launch(.ranks(2), [try await Plugins.endings, "last line", "abort"])
        #expect(result.stdout.text.hasPrefix("a line\nthe last word\n"), "\(result)")
    }

    @Test("A memory limit is told from a crash also where output is kept")
    func memoryLimit() async throws {
        let result = try await launch(
            .alone,
            ["--memory-limit", "300M", try await Plugins.crash, "16", "2"],
            environment: Self.isolated
        )
        #expect(result.stdout.text.contains("ran out of memory"), "\(result)")
        #expect(result.stdout.text.contains("was killed by SIGSEGV"), "\(result)")
    }

    @Test("Labels are refused where calls are not isolated", arguments: [Start.alone, .ranks(2)])
    func refused(start: Start) async throws {
        let result = try await launch(start, ["--label", "--isolate", "off", "-c", #"sh("true")"#])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stderr.text.contains("--isolate on"), "\(result)")
        #expect(result.stderr.text.contains("mpiexec -l"), "\(result)")
    }

    private func expect(_ result: ProcessResult, stdout: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(result.status == .exited(0), "\(result)", sourceLocation: sourceLocation)
        #expect(result.stdout.text == stdout, "\(result)", sourceLocation: sourceLocation)
    }
}
