import Foundation
import Support
import Testing

@Suite("Records of calls")
struct CallRecordTests {
    @Test("--tag begins each line with the arguments of its call", arguments: [Start.alone, .ranks(3)])
    func tags(start: Start) async throws {
        let spec = #"""
            sh("echo $1; echo $2 >&2; printf end", product(["a", "b"], [1])); sh("echo plain"); exec(["echo", "x", "y"])
            """#
        let result = try await launch(start, ["--tag", "-c", spec])
        #expect(result.status == .exited(0), "\(result)")
        #expect(
            result.stdout.text == "a 1\ta\na 1\tendb 1\tb\nb 1\tendecho plain\tplain\nx y\tx y\n",
            "\(result)"
        )
        #expect(result.stderr.text == "a 1\t1\nb 1\t1\n")
    }

    @Test(
        "--dry-run prints the calls as the shell would take them, and makes none",
        arguments: [Start.alone, .ranks(2)]
    )
    func dryRun(start: Start) async throws {
        let directory = try TemporaryDirectory()
        let spec = #"""
            sh("touch made; echo $1", each(["it's", "b"]))
            sh("touch made"); exec(["touch", "a b"], stdin: file("in file"))
            """#
        let expected = #"""
            sh -c 'touch made; echo $1' sh 'it'\''s'
            sh -c 'touch made; echo $1' sh b
            touch made
            touch 'a b' <'in file'

            """#
        expect(
            try await launch(start, ["--dry-run", "-c", spec], workingDirectory: directory.path),
            status: 0,
            stdout: expected
        )
        #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/made"))
        // What it prints is a script that does the same.
        let run = try await runProcess(
            "/bin/sh",
            ["-c", expected.components(separatedBy: "\n")[0]],
            workingDirectory: directory.path
        )
        #expect(run.stdout.text == "it's\n")
    }

    @Test("--dry-run prints calls of libraries as they are written, from a stream too")
    func dryRunOfTasks() async throws {
        let directory = try await Plugins.manual.directory
        expect(
            try await launch(.alone, ["--dry-run", "-c", "tasks.Square(x: 1...2)"], workingDirectory: directory),
            status: 0,
            stdout: "tasks.Square(x: 1)\ntasks.Square(x: 2)\n"
        )
        let stream = try await launch(
            .alone,
            ["--dry-run", "-"],
            workingDirectory: directory,
            input: Array("tasks.Square(x: 3)\nwrong\nsh(\"date\")\n".utf8)
        )
        #expect(stream.status == .exited(1), "\(stream)")
        #expect(stream.stdout.text == "tasks.Square(x: 3)\ndate\n")
        #expect(stream.stderr.text.contains("stdin:2:6: expected '('"), "\(stream)")
    }

    @Test("--results saves what each call has written and its status", arguments: [Start.alone, .ranks(3)])
    func results(start: Start) async throws {
        let directory = try TemporaryDirectory()
        let spec = #"sh("echo $1; echo e$1 >&2; exit $1", each([0, 3])); sh("kill -9 $$")"#
        let result = try await launch(
            start,
            ["--results", "out", "-c", spec],
            workingDirectory: directory.path
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "0\n3\n")
        func file(_ name: String) throws -> String {
            try String(contentsOfFile: "\(directory.path)/out/\(name)", encoding: .utf8)
        }
        #expect(try [file("1/stdout"), file("1/stderr"), file("1/status")] == ["0\n", "e0\n", "0\n"])
        #expect(try [file("2/stdout"), file("2/stderr"), file("2/status")] == ["3\n", "e3\n", "3\n"])
        #expect(try [file("3/stdout"), file("3/stderr"), file("3/status")] == ["", "", "137\n"])
        #expect(try file("3/command") == "kill -9 $$\n")
        let refused = try await launch(.alone, ["--results", "/proc/none", "-c", spec])
        #expect(refused.status == .exited(2), "\(refused)")
        #expect(refused.stderr.text.hasPrefix("mpifutures: cannot make the directory '/proc/none': "), "\(refused)")
    }

    @Test(
        "Options about records are refused in one line where they cannot be used",
        arguments: [
            (["--tag", "./x.so"], "--tag is for calls: it goes with -c, -f or '-'"),
            (["--joblog", "l", "./x.so"], "--joblog is for calls: it goes with -c, -f or '-'"),
            (["--resume", "-c", "sh(\"true\")"], "--resume needs the job log: add --joblog FILE"),
            (["--resume-failed", "-"], "--resume-failed needs the job log: add --joblog FILE"),
            (
                ["--joblog", "l", "--resume", "--resume-failed", "-"],
                "--resume skips all calls of the job log, --resume-failed those that succeeded; take one"
            ),
            (["--halt", "fail=1", "-"], "--halt is 'fail=1', but must be soon or now, then fail=N"),
            (["--halt", "soon,fail=1%", "-"], "--halt takes a share of all calls with -c only"),
            (["--dry-run", "--joblog", "l", "-"], "--dry-run makes no calls; leave --joblog out"),
            (["--results", "", "-"], "--results needs the name of a directory"),
            (["--joblog", "", "-"], "--joblog needs the name of a file"),
        ]
    )
    func refusals(arguments: [String], message: String) async throws {
        let result = try await launch(.alone, arguments)
        #expect(result.status == .exited(2), "\(result)")
        #expect(result.stderr.lines.count == 1, "\(result)")
        #expect(result.stderr.text.hasPrefix("mpifutures: \(message)"), "\(result)")
    }
}

@Suite("A run with a job log")
struct JobLogRunTests {
    /// The columns of the rows of a log: number, exit value, signal and command.
    private func rows(_ path: String) throws -> [[String]] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.first == "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand")
        return lines.dropFirst().map { line in
            let fields = line.components(separatedBy: "\t")
            return [fields[0], fields[6], fields[7], fields[8]]
        }
    }

    private static let commands = [
        "echo one", "exit 3", "kill -9 $$", "echo two >&2; exit 1", "nosuchprogram", "echo three", "kill $$",
        "exit 255",
    ]

    private static var calls: String { commands.map { "sh(\"\($0)\")\n" }.joined() }

    @Test("A run with a job log has a row for each command that has ended", arguments: [Start.alone, .ranks(3)])
    func log(start: Start) async throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.calls, to: "calls")
        let path = "\(directory.path)/log"
        let before = Date().timeIntervalSince1970
        let result = try await launch(start, ["--joblog", path, "-f", "\(directory.path)/calls"])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "one\nthree\n")
        let sorted = try rows(path).sorted { (Int($0[0]) ?? 0) < (Int($1[0]) ?? 0) }
        let ends = [
            ("0", "0"), ("3", "0"), ("0", "9"), ("1", "0"), ("127", "0"), ("0", "0"), ("0", "15"), ("255", "0"),
        ]
        let expected = zip(Self.commands, ends).enumerated().map { index, row in
            ["\(index + 1)", row.1.0, row.1.1, row.0]
        }
        #expect(sorted == expected)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t")
            #expect(fields[1] != "-" && fields[1] != "")
            #expect((Double(fields[2]) ?? 0) >= before.rounded(.down))
        }
    }

    @Test(
        "A run with a job log writes rows as calls end, and output in their order",
        arguments: [Start.alone, .ranks(3)]
    )
    func arrivals(start: Start) async throws {
        let directory = try TemporaryDirectory()
        // The first call waits for the row of the second one.
        let spec = #"""
            sh("until grep -q '^2' log; do sleep 0.01; done; echo first"); sh("echo second")
            """#
        let result = try await launch(
            start,
            ["--joblog", "log", "-c", spec],
            environment: ["MPIFUTURES_MAX_WORKERS": "2"],
            workingDirectory: directory.path
        )
        expect(result, status: 0, stdout: "first\nsecond\n")
        #expect(try rows("\(directory.path)/log").map { $0[0] } == ["2", "1"])
    }

    /// GNU parallel, if it is installed.
    private static let parallel = ["/usr/bin/parallel", "/usr/local/bin/parallel"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(
        "A run with a job log has the same exit values as GNU parallel, and both go on with the same calls",
        .enabled(if: parallel != nil, "GNU parallel is not installed: apt-get install parallel")
    )
    func comparison() async throws {
        let parallel = try #require(Self.parallel)
        let directory = try TemporaryDirectory()
        try directory.write(Self.commands.map { $0 + "\n" }.joined(), to: "commands")
        try directory.write(Self.calls, to: "calls")
        func ours(_ options: [String]) async throws {
            _ = try await launch(
                .alone,
                ["--joblog", "ours"] + options + ["-f", "calls"],
                workingDirectory: directory.path
            )
        }
        func theirs(_ options: String) async throws {
            _ = try await runProcess(
                "/bin/sh",
                ["-c", "SHELL=/bin/sh \(parallel) --joblog theirs \(options) <commands"],
                workingDirectory: directory.path
            )
        }
        func both() throws -> (ours: [[String]], theirs: [[String]]) {
            let files = try ["ours", "theirs"].map { try rows("\(directory.path)/\($0)") }
            return (files[0].sorted { $0[0] < $1[0] }, files[1].sorted { $0[0] < $1[0] })
        }
        try await ours([])
        try await theirs("")
        var logs = try both()
        #expect(logs.ours == logs.theirs)
        try await ours(["--resume-failed"])
        try await theirs("--resume-failed")
        logs = try both()
        #expect(logs.ours == logs.theirs)
        #expect(logs.ours.count == Self.commands.count + 6)
    }

    @Test(
        "A run that goes on with a job log makes only what is missing, or has failed",
        arguments: [Start.alone, .ranks(3)]
    )
    func resumption(start: Start) async throws {
        let directory = try TemporaryDirectory()
        let spec = #"sh("echo $1 >> made; echo $1; test $1 -ne 2 -o -e pass", 0..<5)"#
        func run(_ options: [String]) async throws -> ProcessResult {
            try await launch(start, ["--joblog", "log"] + options + ["-c", spec], workingDirectory: directory.path)
        }
        func takeMade() throws -> Set<String> {
            let path = "\(directory.path)/made"
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            defer { try? FileManager.default.removeItem(atPath: path) }
            return Set(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init))
        }
        #expect(try await run([]).status == .exited(1))
        #expect(try takeMade() == ["0", "1", "2", "3", "4"])
        // The last row is torn, and another one is missing.
        let path = "\(directory.path)/log"
        let lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        let kept = lines.filter { !$0.hasPrefix("2\t") && !$0.hasPrefix("5\t") && !$0.isEmpty }
        let torn = try #require(lines.first { $0.hasPrefix("5\t") })
        try directory.write((kept + ["\(torn.dropLast(4))"]).joined(separator: "\n"), to: "log")
        let resumed = try await run(["--resume"])
        expect(resumed, status: 0, stdout: "1\n4\n")
        #expect(try takeMade() == ["1", "4"])
        try directory.write("", to: "pass")
        expect(try await run(["--resume"]), status: 0)
        #expect(try takeMade() == [])
        expect(try await run(["--resume-failed"]), status: 0, stdout: "2\n")
        #expect(try takeMade() == ["2"])
        expect(try await run(["--resume-failed"]), status: 0)
        #expect(try takeMade() == [])
        #expect(try rows(path).count == 6)
    }

    @Test("A run that goes on with a job log and a journal prints what an uninterrupted one prints")
    func resumptionWithJournal() async throws {
        let directory = try TemporaryDirectory()
        let spec = #"sh("echo $1 >> made; echo out $1; exit $1", each([0, 1, 0, 2]))"#
        let options = ["--journal", "journal", "--journal-failures", "--joblog", "log"]
        func run(_ more: [String]) async throws -> ProcessResult {
            try await launch(.alone, options + more + ["-c", spec], workingDirectory: directory.path)
        }
        let first = try await run([])
        let made = try String(contentsOfFile: "\(directory.path)/made", encoding: .utf8)
        let log = try String(contentsOfFile: "\(directory.path)/log", encoding: .utf8)
        let second = try await run(["--resume"])
        #expect(second.status == .exited(1))
        #expect(second.stdout.text == first.stdout.text)
        #expect(second.stderr.text == first.stderr.text)
        #expect(try String(contentsOfFile: "\(directory.path)/made", encoding: .utf8) == made)
        #expect(try String(contentsOfFile: "\(directory.path)/log", encoding: .utf8) == log)
    }

    @Test("A run that goes on with the log of other calls makes its own, and says so once")
    func otherCalls() async throws {
        let directory = try TemporaryDirectory()
        func run(_ word: String, _ options: [String]) async throws -> ProcessResult {
            try await launch(
                .alone,
                ["--joblog", "log"] + options + ["-c", "sh(\"echo \(word) $1\", 0..<3)"],
                workingDirectory: directory.path
            )
        }
        #expect(try await run("a", []).status == .exited(0))
        let other = try await run("b", ["--resume"])
        #expect(other.status == .exited(0))
        #expect(other.stdout.text == "b 0\nb 1\nb 2\n")
        #expect(other.stderr.lines.count == 1, "\(other)")
        #expect(
            other.stderr.text.contains("is not the one that the job log has as number 1, so it is made"),
            "\(other)"
        )
        let strange = try await launch(
            .alone,
            ["--joblog", "/etc/passwd", "--resume", "-c", "sh(\"true\")"]
        )
        #expect(strange.status == .exited(2), "\(strange)")
        #expect(strange.stderr.lines.count == 1, "\(strange)")
    }

    @Test("A run with a job log tells calls of libraries too, with the status of those that fail")
    func tasks() async throws {
        let log = try TemporaryDirectory()
        let result = try await launch(
            .ranks(2),
            ["--joblog", "\(log.path)/log", "-c", "tasks.Square(x: 3); tasks.Mean(points: [])"],
            workingDirectory: try await Plugins.manual.directory
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(
            try rows("\(log.path)/log").sorted { $0[0] < $1[0] }
                == [["1", "0", "0", "tasks.Square(x: 3)"], ["2", "1", "0", "tasks.Mean(points: [])"]]
        )
        let text = try String(contentsOfFile: "\(log.path)/log", encoding: .utf8)
        #expect(!text.contains("\t-\t"), "\(text)")
    }
}

@Suite("A run that halts")
struct HaltTests {
    @Test(
        "A run that halts soon makes no further calls, and waits for those that run",
        arguments: [Start.alone, .ranks(3)]
    )
    func soon(start: Start) async throws {
        let directory = try TemporaryDirectory()
        // The third call ends only after the second one has failed.
        let spec = #"""
            sh("until test -e failed; do sleep 0.01; done; sleep 0.3; echo waited"); sh("touch failed; exit 1")
            sh("echo x$1; sleep 0.05", 0..<200)
            """#
        let result = try await launch(
            start,
            ["--halt", "soon,fail=1", "--joblog", "log", "-c", spec],
            environment: ["MPIFUTURES_MAX_WORKERS": "2"],
            workingDirectory: directory.path
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.lines.first == "waited", "\(result)")
        #expect(result.stdout.lines.count < 100, "\(result)")
        #expect(
            result.stderr.text.hasSuffix("mpifutures: halted by --halt; the other calls were not made\n"),
            "\(result)"
        )
        let rows = try String(contentsOfFile: "\(directory.path)/log", encoding: .utf8).split(separator: "\n")
        // Each call that began has a row.
        #expect(rows.count == result.stdout.lines.count + 2)
    }

    @Test("A run that halts now drops the calls that run", arguments: [Start.alone, .ranks(3)])
    func now(start: Start) async throws {
        let directory = try TemporaryDirectory()
        let spec = #"""
            sh("touch began; sleep 1000"); sh("until test -e began; do sleep 0.01; done; echo here; exit 7")
            sh("sleep 1000", 0..<9)
            """#
        let result = try await launch(
            start,
            ["--halt", "now,fail=1", "-c", spec],
            environment: ["MPIFUTURES_MAX_WORKERS": "2"],
            workingDirectory: directory.path
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "here\n")
        #expect(result.stderr.text.contains("halted by --halt; the calls that ran were dropped"), "\(result)")
    }

    @Test(
        "A run that halts because of successes or ends has the status of what it was to wait for",
        arguments: [("now,success=1", 0), ("soon,success=2", 0), ("soon,done=2", 1), ("soon,fail=10%", 1)]
    )
    func status(rule: String, expected: Int) async throws {
        let result = try await launch(
            .alone,
            ["--halt", rule, "-c", #"sh("exit 1"); sh("sleep 0.02", 0..<9)"#],
            environment: ["MPIFUTURES_MAX_WORKERS": "1"]
        )
        #expect(result.status == .exited(expected), "\(result)")
    }

    @Test("A run whose rule for halting is not reached ends as any other")
    func unreached() async throws {
        let result = try await launch(.alone, ["--halt", "soon,fail=2", "-c", #"sh("exit 1"); sh("echo $1", 0..<3)"#])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "0\n1\n2\n")
        #expect(result.stderr.text == "mpifutures: call 0: sh exited with status 1\n")
    }
}
