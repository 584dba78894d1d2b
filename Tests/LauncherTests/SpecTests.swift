import Foundation
import Support
import Testing

@Suite("Calls on the command line")
struct SpecTests {
    private func run(
        _ start: Start,
        _ arguments: [String],
        input: String = "",
        environment: [String: String?] = [:]
    ) async throws -> ProcessResult {
        let library = try await Plugins.calls
        let directory = URL(fileURLWithPath: library).deletingLastPathComponent().path
        return try await launch(
            start,
            ["--path", directory] + arguments,
            environment: environment,
            input: Array(input.utf8)
        )
    }

    @Test("Results come in the order of the calls", arguments: Start.all)
    func order(start: Start) async throws {
        let result = try await run(start, ["-c", "calls.Twice(x: 0..<1000); Twice(x: -1); calls.Nothing()"])
        let expected = (0..<1000).map { "\(2 * $0)\n" }.joined() + "-2\nnull\n"
        expect(result, status: 0, stdout: expected)
    }

    @Test("Unordered results come as they are made")
    func unordered() async throws {
        let spec = "calls.Wait(milliseconds: each([2000, 1, 2, 3]))"
        let result = try await run(.ranks(3), ["--unordered", "-c", spec])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.sortedLines == ["1", "2", "2000", "3"])
        #expect(result.stdout.lines.last == "2000")
    }

    @Test("Arguments of all kinds arrive", arguments: [Start.alone, .ranks(2)])
    func arguments(start: Start) async throws {
        let spec =
            #"calls.Echo(color: "green", numbers: [1, 2.5, -3e2], nested: {"a": 0.5, "b": {"k": null}}, "#
            + #"text: "ä\n\u20ac", flag: true)"#
        let result = try await run(start, ["-c", spec])
        expect(
            result,
            status: 0,
            stdout: #"{"colour":"green","numbers":[1.0,2.5,-300.0],"nested":{"a":0.5,"b":{"k":null}},"#
                + #""text":"ä\n€","flag":true}"# + "\n"
        )
    }

    @Test("Raw results are bytes, with nothing between them")
    func raw() async throws {
        let result = try await run(.ranks(2), ["--raw", "-c", "calls.Bytes(count: each([300, 0, 2]))"])
        #expect(result.stdout.bytes == (0..<300).map { UInt8(truncatingIfNeeded: $0) } + [0, 1])
        let refused = try await run(.ranks(2), ["--raw", "-c", "calls.Bytes(count: 1); calls.Twice(x: 1)"])
        expect(
            refused,
            status: 2,
            stderr: """
                spec:1:24: --raw writes bytes and text, and calls.Twice returns Int
                  calls.Bytes(count: 1); calls.Twice(x: 1)
                                         ^

                """
        )
    }

    @Test("A failed call has its number, and the rest goes on", arguments: [Start.alone, .ranks(3)])
    func failure(start: Start) async throws {
        let result = try await run(start, ["-c", "calls.Picky(x: 0..<6)"])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.lines == ["0", "2", "4"])
        let expression =
            /mpifutures: call (\d): calls.Picky failed on rank \d of \d on .*: calls.Picky.Odd: (\d) is odd/
        let failures = result.stderr.lines.compactMap { $0.wholeMatch(of: expression) }
        #expect(failures.map(\.1) == ["1", "3", "5"], "\(result)")
        #expect(failures.map(\.1) == failures.map(\.2))
    }

    @Test(
        "What is wrong is known before anything runs, and told once",
        arguments: [
            ("calls.Twice(x: 1", "1:17: expected ',' or ')', found the end"),
            ("calls.Twice(y: 1)", "1:13: calls.Twice has no argument 'y'; it has x: Int"),
            (#"calls.Twice(x: "a")"#, "1:16: calls.Twice: 'x': expected Int, found a text string"),
            ("calls.Twice(x: 1.5)", "1:16: calls.Twice: 'x': expected Int, found a floating-point number"),
            ("calls.Twice()", "1:1: calls.Twice: the argument 'x' (Int) is missing"),
            ("calls.Twice(7)", "1:13: the arguments of calls.Twice have labels; it has x: Int"),
            ("calls.Data(x: 1)", "1:1: 'calls.Data' is not a RemoteCallable"),
            (
                "calls.Thrice(x: 1)",
                "1:1: no callable 'Thrice' in 'LIBRARY'; there is Bytes, Echo, Nothing, Picky, Twice, Wait"
            ),
            ("Twice(x: 1)", "1:1: no callable 'Twice'; write its module or its library too: 'module.Twice(…)'"),
            (
                #"bash("ls")"#,
                "1:1: no callable 'bash'; write its module or its library too: 'module.bash(…)'; "
                    + #"a program is run by exec(["bash", …])"#
            ),
            ("echo hello", #"1:6: expected '(', found 'h'; a command is written as sh("…")"#),
            ("sh('ls')", "1:4: expected a value, found '''; text stands in double quotes"),
            (
                #"sh("echo $1", each("a", "b"))"#,
                #"1:20: expected an array, a range or a list after 'each(', found '"'; "#
                    + #"values stand in brackets: each(["a", "b"])"#
            ),
            (
                #"sh("cat", each(lines("-")), each(lines("-")))"#,
                "1:34: an earlier list has read standard input; save it in a file, and name that twice"
            ),
            (
                #"calls.Echo(color: "blue", numbers: [], text: "", flag: true)"#,
                "1:19: calls.Echo: 'color': Cannot initialize Colour from invalid String value blue"
            ),
            (
                #"calls.Echo(colour: "red")"#,
                "1:12: calls.Echo has no argument 'colour'; it has color: Colour, "
                    + "numbers: [Double], nested: Nested?, text: String, flag: Bool"
            ),
            ("calls.Twice(x: 0..<3); sh()", "1:24: sh: expected a script"),
            ("exec([])", "1:1: exec: expected the name of a program"),
            (#"sh(script: "ls")"#, "1:4: the arguments of sh have no labels"),
            (#"sh("a", {})"#, "1:1: sh: expected text, a number or an array of them"),
            (#"calls.Twice(x: each(lines("/nowhere")))"#, "1:21: cannot read '/nowhere': No such file or directory"),
            ("./nowhere.so:f(1)", "1:1: cannot load './nowhere.so': "),
        ],
        [Start.alone, .ranks(3)]
    )
    func mistakes(mistake: (String, String), start: Start) async throws {
        let result = try await run(start, ["-c", mistake.0])
        #expect(result.status == .exited(2), "\(result)")
        #expect(result.stdout.text == "")
        let lines = result.stderr.text.split(separator: "\n", omittingEmptySubsequences: false)
        let expected = mistake.1.replacing("LIBRARY", with: try await Plugins.calls)
        #expect(lines.count == 4, "\(result)")
        if expected.hasSuffix(": ") {
            #expect(lines.first?.contains("nowhere.so': no such file") ?? false, "\(result)")
        } else {
            #expect(lines.first.map(String.init) == "spec:\(expected)")
        }
        #expect(lines.dropFirst().first == "  \(mistake.0)")
    }

    @Test("Arguments that no call uses are refused: they are options in the wrong place", arguments: Start.all)
    func uselessArguments(start: Start) async throws {
        let problem = "no call has 'argv' in it, so '--raw' is of no use; options stand before -c"
        let result = try await run(start, ["-c", "calls.Twice(x: 1)", "--raw"])
        expect(result, status: 2, stderr: "mpifutures: \(problem)\n")
    }

    @Test("A module that is nowhere is a miss that lists the places")
    func missingModule() async throws {
        let result = try await run(.ranks(2), ["-c", "nowhere.F(x: 1)"], environment: ["MPIFUTURES_PATH": "/a:/b"])
        #expect(result.status == .exited(2))
        #expect(result.stderr.text.contains("there is no libnowhere.so in"))
        #expect(result.stderr.text.contains("/a (MPIFUTURES_PATH), /b (MPIFUTURES_PATH)"))
    }

    @Test("Calls are read from a file and from standard input", arguments: Start.all)
    func streams(start: Start) async throws {
        let text = "calls.Twice(x: 1)\r\n\n# nothing\nTwice(x: 2); Twice(x: 5..<8) # two\ncalls.Twice(x: 10)"
        let expected = "2\n4\n10\n12\n14\n20\n"
        let directory = try TemporaryDirectory()
        let file = try directory.write(text, to: "calls")
        expect(try await run(start, ["-f", file]), status: 0, stdout: expected)
        expect(try await run(start, ["-"], input: text), status: 0, stdout: expected)
        expect(try await run(start, ["-f", "-"], input: text), status: 0, stdout: expected)
    }

    @Test("A wrong line of a stream costs that line, and has its place", arguments: [Start.alone, .ranks(3)])
    func wrongLines(start: Start) async throws {
        let text = """
            calls.Twice(x: 1)
            calls.Twice(x: )
            calls.Twice(x: 3); calls.Picky(x: 3)
            nowhere.F()
              calls.Twice(x: "x")
            calls.Twice(x: 6)

            """
        let result = try await run(start, ["-"], input: text)
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "2\n6\n12\n")
        let first = result.stderr.lines.filter { $0.hasPrefix("stdin:") || $0.hasPrefix("mpifutures:") }.sorted()
        #expect(first.count == 4, "\(result)")
        #expect(first[0].hasPrefix("mpifutures: stdin:3: call 2: calls.Picky failed on rank "))
        #expect(first[1] == "stdin:2:16: expected a value, found ')'")
        #expect(first[2].hasPrefix("stdin:4:1: no module 'nowhere'"))
        #expect(first[3] == "stdin:5:18: calls.Twice: 'x': expected Int, found a text string")
    }

    @Test("Early results appear while later calls are still to be written", arguments: [Start.alone, .ranks(3)])
    func earlyResults(start: Start) async throws {
        let directory = try TemporaryDirectory()
        let fifo = "\(directory.path)/calls"
        #expect(mkfifo(fifo, 0o600) == 0)
        let library = try await Plugins.calls
        // Open for both, so that nobody waits for the other.
        let descriptor = open(fifo, O_RDWR)
        defer { close(descriptor) }
        let write = { (text: String) in #expect(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count) }
        let result = try await launch(start, ["-f", fifo]) { process in
            for number in 1...3 {
                write("\(library):Twice(x: \(number))\n")
                try await process.waitForOutput(containing: "\(2 * number)\n")
            }
            process.send(signal: SIGTERM)
        }
        #expect(result.stdout.text == "2\n4\n6\n")
        #expect(result.status == .exited(143), "\(result)")
    }

    @Test("Many calls keep their order and their failures", arguments: [Start.alone, .ranks(3)])
    func manyCalls(start: Start) async throws {
        let text = (0..<20_000).map { $0 % 5000 == 17 ? "calls.Picky(x: \($0))\n" : "calls.Twice(x: \($0))\n" }.joined()
        let directory = try TemporaryDirectory()
        let result = try await run(start, ["-f", try directory.write(text, to: "calls")])
        #expect(result.status == .exited(1))
        #expect(result.stdout.lines == (0..<20_000).filter { $0 % 5000 != 17 }.map { "\(2 * $0)" })
        #expect(result.stderr.lines.count == 4)
        for (place, line) in zip([17, 5017, 10017, 15017], result.stderr.lines) {
            #expect(line.contains("calls:\(place + 1): call \(place): calls.Picky failed"))
        }
    }

    @Test("A billion calls begin at once, and end with their reader")
    func endless() async throws {
        let library = try await Plugins.calls
        let launcher = try BuildProducts.path(of: "mpifutures")
        let result = try await runProcess(
            "/bin/sh",
            ["-c", "\(launcher) -c '\(library):Twice(x: 0..<1000000000)' | head -n 3"]
        )
        #expect(result.stdout.text == "0\n2\n4\n")
        #expect(result.leftovers.isEmpty)
    }

    @Test("A file that cannot be read is one line, with status 2", arguments: [Start.alone, .ranks(3)])
    func unreadableFile(start: Start) async throws {
        let missing = try await run(start, ["-f", "/nowhere/calls"])
        expect(missing, status: 2, stderr: "mpifutures: cannot read '/nowhere/calls': No such file or directory\n")
        let directory = try await run(start, ["-f", "/"])
        expect(directory, status: 2, stderr: "mpifutures: cannot read '/': Is a directory\n")
    }
}

@Suite("Tasks in C, from a spec")
struct CTaskSpecTests {
    @Test("Tasks in C, from a spec take their arguments by position or by label", arguments: [Start.alone, .ranks(3)])
    func tasks(start: Start) async throws {
        let library = try await Plugins.cTasks
        let spec = #"\#(library):square_root(each([1, 4, 2.25])); \#(library):square_root_of(x: 16)"#
        expect(try await launch(start, ["-c", spec]), status: 0, stdout: "1.0\n2.0\n1.5\n4.0\n")
    }

    @Test("Tasks in C, from a spec fail by themselves", arguments: [Start.alone, .ranks(2)])
    func failures(start: Start) async throws {
        let library = try await Plugins.cTasks
        let result = try await launch(start, ["-c", "\(library):square_root(each([-1, 9]))"])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "3.0\n")
        #expect(result.stderr.text.contains("call 0: square_root"))
        #expect(result.stderr.text.contains("negative input -1"))
    }

    @Test("Tasks in C, from a spec are looked for before anything runs")
    func missing() async throws {
        let library = try await Plugins.cTasks
        let result = try await launch(.alone, ["-c", "\(library):cube_root(8)"])
        #expect(result.status == .exited(2))
        #expect(
            result.stderr.lines.first
                == "spec:1:1: no callable 'cube_root' in '\(library)'; there is square_root, square_root_of"
        )
    }

    @Test("Tasks in C, from a spec that their library exports under a name of C++ are refused with the remedy")
    func taskInCXX() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("int _Z5totalP15mpifutures_call(void *call) { return 0; }\n", to: "total.c")
        let library = "\(directory.path)/libtotal.so"
        let built = try await runProcess("cc", ["-shared", "-fPIC", "\(directory.path)/total.c", "-o", library])
        #expect(built.status == .exited(0), "\(built)")
        let result = try await launch(.alone, ["-c", "\(library):total()"])
        #expect(result.status == .exited(2), "\(result)")
        #expect(
            result.stderr.lines.first
                == "spec:1:1: 'total' in '\(library)' is a function with a name of C++; write MPIFUTURES_TASK(total), or "
                + #"declare it extern "C""#
        )
    }
}
