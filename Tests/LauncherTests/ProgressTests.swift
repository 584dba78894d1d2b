import Support
import Testing

@Suite("The progress of a run")
struct ProgressTests {
    private static let calls = #"sh("sleep 0.2; echo $1; test $1 != 3", each([1, 2, 3, 4, 5, 6, 7, 8, 9]))"#
    private static let results = "1\n2\n3\n4\n5\n6\n7\n8\n9\n"

    /// A program whose calls write a line to standard error in two parts, half a second apart.
    private static var talker: String {
        get async throws {
            let directory = try TemporaryDirectory.shared.get()
            let source = try directory.write(
                """
                import Glibc
                import MPIFutures

                struct Talk: RemoteAction {
                    var number: Int
                    func callAsFunction() {
                        usleep(500_000)
                        say("begin \\(number)")
                        usleep(500_000)
                        say(", end \\(number)\\n")
                    }
                    private func say(_ text: String) { write(2, text, text.utf8.count) }
                }

                @main struct Talks: MPIProgram {
                    static func run() throws {
                        let executor = try MPIPoolExecutor()
                        for number in 0..<3 { try executor.submit(Talk(number: number)).result() }
                    }
                }
                """,
                to: "talks.swift"
            )
            let library = "\(directory.path)/libtalks.so"
            try await buildPlugin([source], module: "talks", to: library)
            return library
        }
    }

    @Test(
        "The progress of a run is lines on standard error, and not among the results",
        arguments: [Start.alone, .ranks(2)],
        ["--progress", "--bar"]
    )
    func lines(start: Start, option: String) async throws {
        let options = if case .alone = start { ["--workers", "1"] } else { [String]() }
        let result = try await launch(start, options + [option, "-c", Self.calls])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == Self.results)
        // On a machine with one core there is a warning.
        let lines = result.stderr.lines.filter { !$0.contains("call 2") && !$0.contains(" warning: ") }
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

    @Test(
        "The progress of a run on a terminal leaves lines of workers whole, and those that have not ended",
        arguments: ["on", "off"]
    )
    func workersOutput(isolation: String) async throws {
        let launcher = try BuildProducts.path(of: "mpifutures")
        // A worker's parts of a line, with a look at the counts in between.
        let plugin = try await Self.talker
        let command = "'\(launcher)' --isolate \(isolation) --workers 1 --progress '\(plugin)'"
        let result = try await runProcess("script", ["-qec", command, "/dev/null"])
        #expect(result.status == .exited(0), "\(result)")
        let text = result.stdout.text.replacingOccurrences("\r\n", "\n")
        for number in 0..<3 {
            #expect(text.contains("\r\u{1B}[Kbegin \(number), end \(number)\nmpifutures: "), "\(result)")
        }
    }

    @Test("The bar of a run fills the line of a terminal, and gives way where there is no room for it")
    func bar() async throws {
        let launcher = try BuildProducts.path(of: "mpifutures")
        // All numbers take some 60 columns.
        for (columns, isBar) in [(100, true), (22, false)] {
            let command = "stty cols \(columns); '\(launcher)' --workers 1 --bar -c '\(Self.calls)'"
            let result = try await runProcess("script", ["-qec", command, "/dev/null"])
            #expect(result.status == .exited(1), "\(result)")
            let lines = result.stdout.text.split(separator: "\r\u{1B}[K").compactMap {
                $0.split(whereSeparator: \.isNewline).first.map(String.init)
            }
            let bars = lines.filter { $0.hasSuffix("]") || $0.contains("] ") }
            let others = lines.filter {
                $0.contains("mpifutures:") && !$0.contains(" after ") && !$0.contains("call 2")
                    && !$0.contains(" warning: ")
            }
            #expect(bars.isEmpty == !isBar && (isBar || !others.isEmpty), "\(result)")
            for line in bars {
                let form = /\s*(\d+) % \[(=*)(>? *)\] \d of 9(, 1 running)?(, 1 failed)?(, \S+\/s(, \d+ s left)?)?/
                let match = try #require(line.wholeMatch(of: form), "\(line)")
                let (filled, width) = (match.2.count, match.2.count + match.3.count)
                let ended = try #require(Int(match.1).flatMap { share in (0...9).first { $0 * 100 / 9 == share } })
                #expect(filled == width * ended / 9, "\(line)")
                #expect(line.count == columns - 1 || width == 60, "\(line)")
            }
            for line in others { #expect(line.count < columns, "\(line)") }
            #expect(result.stdout.text.contains("mpifutures: 8 of 9 done, 1 failed, "), "\(result)")
        }
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
