import Foundation
import Support
import Testing

@Suite("A run that is to end before all of its calls were made", .serialized)
struct DrainingTests {
    /// The ways in which workers are started, each with the options for it.
    enum Way: CaseIterable {
        case alone, threads, workers, ranks, ranksWithRunners

        var start: Start {
            switch self {
            case .alone, .threads, .workers: .alone
            case .ranks, .ranksWithRunners: .ranks(3)
            }
        }

        var options: [String] {
            switch self {
            case .alone: []
            case .threads, .ranks: ["--isolate", "off"]
            case .workers: ["--isolate", "off", "--workers", "2"]
            case .ranksWithRunners: ["--isolate", "on"]
            }
        }
    }

    private static let environment: [String: String?] = ["MPIFUTURES_MAX_WORKERS": "2"]

    /// Waits until a file has a line.
    private func waitForLine(_ path: String) async throws {
        let deadline = Deadline.after(hangTime)
        while ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").isEmpty {
            try #require(!deadline.isPast)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test(
        "A run that gets SIGUSR1, or SIGTERM with --grace, lets its calls end, begins no other, and can go on",
        arguments: Way.allCases,
        [SIGUSR1, SIGTERM]
    )
    func signals(way: Way, signal: Int32) async throws {
        let directory = try TemporaryDirectory()
        // A call ends only when it is told that the signal was sent.
        let spec = #"""
            sh("echo $1 >> began; until test -e sent; do sleep 0.01; done; sleep 0.05; echo $1 >> ended; echo $1", 0..<12)
            """#
        let options =
            way.options + ["--journal", "journal", "--joblog", "log"] + (signal == SIGTERM ? ["--grace", "100"] : [])
        func run(while body: (RunningProcess) async throws -> Void = { _ in }) async throws -> ProcessResult {
            try await launch(
                way.start,
                options + ["--resume", "-c", spec],
                environment: Self.environment,
                workingDirectory: directory.path,
                while: body
            )
        }
        func lines(_ name: String) throws -> [String] {
            try String(contentsOfFile: "\(directory.path)/\(name)", encoding: .utf8).split(separator: "\n").map(
                String.init
            )
        }
        let first = try await run { process in
            try await waitForLine("\(directory.path)/began")
            process.send(signal: signal)
            try await Task.sleep(for: .milliseconds(100))
            try directory.write("", to: "sent")
        }
        #expect(first.status == .exited(75), "\(first)")
        #expect(try lines("began").sorted() == lines("ended").sorted())
        #expect(try lines("log").count == lines("ended").count + 1)
        #expect(first.stdout.lines.count == (try lines("ended").count))
        #expect(first.stderr.lines.count { $0.contains("no further calls begin") } == 1, "\(first)")
        let second = try await run()
        #expect(second.status == .exited(0), "\(second)")
        #expect(second.stdout.text == (0..<12).map { "\($0)\n" }.joined())
        #expect(try lines("began").count == 12)
    }

    @Test("A run that gets SIGTERM drops the calls that take longer than --grace", arguments: Way.allCases)
    func grace(way: Way) async throws {
        let directory = try TemporaryDirectory()
        let result = try await launch(
            way.start,
            way.options + ["--grace", "0.5", "-c", #"sh("echo $1 >> began; sleep 1000", 0..<100)"#],
            environment: Self.environment,
            workingDirectory: directory.path
        ) { process in
            try await waitForLine("\(directory.path)/began")
            process.send(signal: SIGTERM)
        }
        #expect(result.status == .exited(75), "\(result)")
        #expect(result.stdout.text == "")
        let began = try String(contentsOfFile: "\(directory.path)/began", encoding: .utf8)
        #expect(began.split(separator: "\n").count <= 4)
    }

    @Test("A run that gets SIGTERM after SIGUSR1 ends at once, with the status of a run to be started again")
    func both() async throws {
        let directory = try TemporaryDirectory()
        let result = try await launch(
            .ranks(3),
            ["-c", #"sh("echo $1 >> began; sleep 1000", 0..<100)"#],
            workingDirectory: directory.path
        ) { process in
            try await waitForLine("\(directory.path)/began")
            process.send(signal: SIGUSR1)
            try await Task.sleep(for: .milliseconds(300))
            process.send(signal: SIGTERM)
        }
        #expect(result.status == .exited(75), "\(result)")
    }

    @Test(
        "A run that knows its end begins no call that would not end in time",
        arguments: ["--time-left", "SLURM_JOB_END_TIME"]
    )
    func timeLeft(source: String) async throws {
        let spec = #"sh("sleep 2; echo $1", 0..<1000)"#
        let end = "\(Int(Date().timeIntervalSince1970) + 12)"
        let result = try await launch(
            .alone,
            (source == "--time-left" ? [source, "12"] : []) + ["-c", spec],
            environment: ["SLURM_JOB_END_TIME": source == "--time-left" ? nil : end]
        )
        #expect(result.status == .exited(75), "\(result)")
        #expect((1...40).contains(result.stdout.lines.count), "\(result)")
        #expect(result.stderr.text.contains("no further calls begin"), "\(result)")
    }

    @Test("A run whose calls all end in time has its own status")
    func enoughTime() async throws {
        let result = try await launch(.alone, ["--time-left", "1000", "--grace", "5", "-c", #"sh("echo $1", 0..<3)"#])
        expect(result, status: 0, stdout: "0\n1\n2\n")
    }

    @Test("A program that gets SIGUSR1 finds that its other calls did not begin, and ends with the status of that")
    func program() async throws {
        let runs = try JournalRuns()
        let result = try await runs.run(.ranks(3), "map", 100_000) { process in
            try await waitForLine(runs.notes)
            process.send(signal: SIGUSR1)
        }
        #expect(result.status == .exited(75), "\(result.status), \(result.stderr)")
        #expect(result.stderr.text.contains("no further calls begin: SIGUSR1 has arrived"), "\(result.stderr)")
        // All calls that were made are in the journal.
        #expect(Set(runs.takeNotes()) == Set(try await runs.recorded()))
    }

    @Test(
        "Times before the end of a run must be numbers of seconds",
        arguments: [
            (["--grace=-1"], "--grace is -1.0, but must be a number of seconds, 0 or more"),
            (["--time-left", "0"], "--time-left is 0.0, but must be a positive number of seconds"),
        ]
    )
    func refusals(options: [String], message: String) async throws {
        let result = try await launch(.alone, options + ["-c", #"sh("true")"#])
        #expect(result.status == .exited(2), "\(result)")
        #expect(result.stderr.text.hasPrefix("mpifutures: \(message)"), "\(result)")
    }
}
