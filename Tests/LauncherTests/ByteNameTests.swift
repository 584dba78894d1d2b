import Foundation
import Support
import Testing

/// Names of files need not be UTF-8.
@Suite("Names that are not UTF-8")
struct ByteNameTests {
    /// A name in ISO 8859-1.
    private static let name = Array("na".utf8) + [0xEF] + Array("ve.txt".utf8)

    /// Runs calls with the name as `$name`, in a directory with a file of that name and a list of names.
    ///
    /// - Parameter script: what follows the launcher in a shell's command.
    private func run(
        _ start: Start,
        _ script: String,
        environment: [String: String?] = [:],
        input: [UInt8] = []
    ) async throws -> ProcessResult {
        let directory = try TemporaryDirectory()
        let making = #"printf hello >"$name"; printf '%s\n' "$name" ok >list"#
        let made = try await runProcess(
            "sh",
            ["-c", #"name=$(printf 'na\357ve.txt'); \#(making)"#],
            workingDirectory: directory.path
        )
        #expect(made.status == .exited(0))
        return try await launch(
            start,
            ["-c", #"name=$(printf 'na\357ve.txt'); exec "$0" \#(script)"#, try BuildProducts.path(of: "mpifutures")],
            program: "sh",
            environment: environment,
            workingDirectory: directory.path,
            input: input
        )
    }

    @Test(
        "Names that are not UTF-8 pass from argv, glob and lines to sh and exec",
        arguments: [Start.alone, .ranks(3)],
        ["", "--workers 2"]
    )
    func pass(start: Start, options: String) async throws {
        if case .ranks = start, !options.isEmpty { return }
        let calls = #"""
            exec(["printf", "[%s]", each(argv)]); sh("printf '[%s]' \"$@\"; cat \"$1\"", each(glob("*.txt")), argv); \#
            exec(["printf", "[%s]", lines("list")])
            """#
        let result = try await run(start, "\(options) -c '\(calls.replacing("'", with: #"'\''"#))' \"$name\" ü")
        let shown = Array("[".utf8) + Self.name + Array("]".utf8)
        let other = Array("[ü]".utf8)
        let ok = Array("[ok]".utf8)
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.bytes == shown + other + shown + shown + other + Array("hello".utf8) + shown + ok)
        #expect(result.stderr.text == "")
    }

    @Test("Names that are not UTF-8 pass from the calls themselves", arguments: [Start.alone, .ranks(2)])
    func inCalls(start: Start) async throws {
        let input =
            Array("exec([\"cat\", \"".utf8) + Self.name + Array("\"]); sh(\"printf '".utf8) + [0xFF]
            + Array("'\")\n".utf8)
        let stream = try await run(start, "-", input: input)
        #expect(stream.status == .exited(0), "\(stream)")
        #expect(stream.stdout.bytes == Array("hello".utf8) + [0xFF])
        let text = try await run(start, #"-c "exec([\"cat\", each(lines(\"list\"))]); exec([\"cat\", \"$name\"])""#)
        #expect(text.status == .exited(1), "\(text)")
        #expect(text.stdout.text == "hellohello")
        #expect(text.stderr.lines.last == "mpifutures: call 1: exec exited with status 1")
    }

    @Test(
        "Names that are not UTF-8 fail the calls of Swift types that need text, each for itself",
        arguments: [Start.alone, .ranks(3)]
    )
    func swiftTypes(start: Start) async throws {
        let directory = try await Plugins.manual.directory
        let result = try await run(
            start,
            #"--raw -c 'tasks.Greeting(name: each(argv))' "$name" Ada "$name" Bob"#,
            environment: ["MPIFUTURES_PATH": directory]
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "Hello, Ada! Hello, Bob! ")
        let errors = result.stderr.lines
        #expect(errors.count == 2, "\(result)")
        for (line, call) in zip(errors, [0, 2]) {
            #expect(line.hasPrefix("mpifutures: call \(call): "))
            #expect(line.contains("name"), "\(line)")
        }
    }

    @Test("Names that are not UTF-8 are strings for tasks in C")
    func cTasks() async throws {
        let library = try await Plugins.cNames
        let result = try await run(.ranks(2), #"--raw -c '\#(library):copy(each(argv))' "$name" ü"#)
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.bytes == Self.name + Array("ü".utf8))
    }

    @Test("Names that are not UTF-8 are refused as options", arguments: [Start.alone, .ranks(2)])
    func options(start: Start) async throws {
        let result = try await run(start, #"--path "$name" -c 'exec(["true"])'"#)
        expect(
            result,
            status: 2,
            stderr: "mpifutures: argument 2 is not UTF-8; 'mpifutures --help' shows the usage\n"
        )
    }

    @Test("Names that are not UTF-8 are named in errors with a mark for each byte that is not text")
    func errors() async throws {
        let result = try await run(.alone, #"-c 'exec(argv)' "./none$name""#)
        #expect(result.status == .exited(1))
        #expect(result.stderr.text.contains("cannot run './nonena\u{FFFD}ve.txt': No such file"), "\(result)")
    }
}
