import Support
import Testing

@Suite("The standard input of a command")
struct CommandInputTests {
    @Test("The standard input of a command is text of its call", arguments: [Start.alone, .ranks(3)])
    func text(start: Start) async throws {
        let spec = #"""
            sh("cat; echo $1", "one", stdin: "a\nb\n")
            sh("cat", stdin: each(["x", "y", ""])); exec(["wc", "-c"], stdin: "äb")
            """#
        expect(try await launch(start, ["-c", spec]), status: 0, stdout: "a\nb\none\nxy3\n")
    }

    @Test(
        "The standard input of a command is a file, whose name need not be UTF-8",
        arguments: [Start.alone, .ranks(2)]
    )
    func files(start: Start) async throws {
        let directory = try TemporaryDirectory()
        try directory.write("first\n", to: "1")
        try directory.write("second\n", to: "2")
        let result = try await launch(
            start,
            ["-c", #"exec(["cat"], stdin: file(each(glob("[12]")))); sh("cat", stdin: {"file": "none"})"#],
            workingDirectory: directory.path
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "first\nsecond\n")
        #expect(
            result.stderr.text.contains("cannot read 'none' as standard input: No such file or directory"),
            "\(result)"
        )
    }

    @Test("The standard input of a command is a block of lines of the launcher's, and no byte is lost")
    func chunks() async throws {
        let lines = (0..<30_000).map { "\($0)\n" }.joined()
        let input = Array((lines + "the end").utf8)
        let spec = #"sh("cat", stdin: each(chunks("-", 1000)))"#
        expect(try await launch(.alone, ["-c", spec], input: input), status: 0, stdout: lines + "the end")
        let count = try await launch(.alone, ["-c", #"sh("wc -l", stdin: each(chunks("-", 100000)))"#], input: input)
        #expect(count.status == .exited(0), "\(count)")
        #expect(count.stdout.lines.compactMap { Int($0) }.reduce(0, +) == 30_000)
        #expect(count.stdout.lines.count == 2)
        // A line may be longer than a block.
        let long = Array("1\n\(String(repeating: "x", count: 300_000))\n2\n3".utf8)
        let sizes = try await launch(.alone, ["-c", #"sh("wc -c", stdin: each(chunks("-", 4)))"#], input: long)
        expect(sizes, status: 0, stdout: "2\n300001\n3\n")
    }

    @Test("A script that is longer than an argument can be has a standard input too")
    func longScript() async throws {
        let directory = try TemporaryDirectory()
        let script = "cat; ls /proc/self/fd | wc -l; : " + String(repeating: "x", count: 140_000)
        try directory.write(#"sh("\#(script)", stdin: "input\n")"# + "\n", to: "calls")
        expect(try await launch(.ranks(2), ["-f", "\(directory.path)/calls"]), status: 0, stdout: "input\n4\n")
    }

    @Test("A list of the launcher's standard input, with zero bytes between its elements")
    func zeroBytes() async throws {
        let result = try await launch(
            .alone,
            ["-c", #"exec(["printf", "[%s]", each(lines0("-"))])"#],
            input: Array("a b\0c\nd\0".utf8)
        )
        expect(result, status: 0, stdout: "[a b][c\nd]")
    }

    @Test(
        "The standard input of a command is refused where it cannot be, with one line that says why",
        arguments: [
            (#"sh("cat", stdin: 1)"#, #"the standard input of a command is text, or file("…")"#),
            (#"sh("cat", stdin: {"x": 1})"#, "sh"),
            (#"sh(stdin: "a")"#, "the arguments of sh have no labels"),
            (#"sh("cat", "a", stdin: "b", "c")"#, "nothing follows the argument 'stdin'"),
        ]
    )
    func refusals(spec: String, message: String) async throws {
        let result = try await launch(.alone, ["-c", spec])
        #expect(result.status == .exited(2), "\(result)")
        #expect(result.stderr.lines.first?.contains(message) == true, "\(result)")
    }

    @Test("Calls that are read from standard input leave no input for lists")
    func noInputLeft() async throws {
        let result = try await launch(
            .alone,
            ["-"],
            input: Array((#"sh("echo $1", each(lines("-")))"# + "\n").utf8)
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stderr.text.contains("standard input has the calls already"), "\(result)")
    }
}
