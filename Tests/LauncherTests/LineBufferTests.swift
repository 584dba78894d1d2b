import Foundation
import Support
import Testing

@Suite("--line-buffer")
struct LineBufferTests {
    /// How workers are started, and whether their calls are isolated.
    enum Way: CaseIterable {
        case runners, otherRanks, ranks, ranksWithRunners

        var start: Start { self == .runners || self == .otherRanks ? .alone : .ranks(3) }
        var options: [String] {
            switch self {
            case .runners: ["--workers", "2", "--isolate", "on"]
            case .otherRanks: ["--workers", "2", "--isolate", "off"]
            case .ranks: ["--isolate", "off"]
            case .ranksWithRunners: ["--isolate", "on"]
            }
        }

        func run(_ options: [String]) async throws -> ProcessResult {
            try await launch(start, self.options + ["--line-buffer"] + options)
        }
    }

    @Test("--line-buffer writes a line while its command runs", arguments: [[], ["--joblog", "/dev/null"]])
    func live(more: [String]) async throws {
        let directory = try TemporaryDirectory()
        // The command ends when its first line has been read.
        let script = #"""
            "$@" | while read -r line; do echo "$line"; test "$line" != first || touch "$FILE"; done
            """#
        let call = #"sh("echo first; while ! test -e \"$1\"; do sleep 0.01; done; echo second", argv)"#
        let file = "\(directory.path)/file"
        let launcher = try BuildProducts.path(of: "mpifutures")
        let result = try await runProcess(
            "sh",
            ["-c", script, "sh", launcher, "--line-buffer"] + more + ["-c", call, file],
            environment: ["FILE": file],
            deadline: .after(.seconds(180))
        )
        expect(result, status: 0, stdout: "first\nsecond\n")
    }

    @Test("--line-buffer never divides a line, however long it is", arguments: Way.allCases)
    func wholeLines(way: Way) async throws {
        // Each line is written in two pieces, and has more bytes than pipes hold.
        let script =
            "text=$(head -c 40000 /dev/zero | tr '\\\\0' $1); "
            + "for i in 1 2 3 4 5; do printf %s $text; echo $text; done"
        let result = try await way.run(["-c", #"sh("\#(script)", each(["a", "b", "c", "d"]))"#])
        #expect(result.status == .exited(0), "\(result.stderr.text)")
        let lines = result.stdout.lines
        #expect(lines.count == 20)
        for letter in ["a", "b", "c", "d"] {
            let whole = String(repeating: letter, count: 80000)
            #expect(lines.count { $0 == whole } == 5, "\(letter)")
        }
    }

    @Test("--line-buffer ends an incomplete last line, and keeps both streams apart", arguments: Way.allCases)
    func lastLine(way: Way) async throws {
        let call = #"sh("printf \"out $1\"; printf \"err $1\" >&2; exit $1", each([0, 3]))"#
        let result = try await way.run(["--tag", "-c", call])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.lines.sorted() == ["0\tout 0", "3\tout 3"], "\(result)")
        let errors = ["0\terr 0", "3\terr 3", "mpifutures: call 1: sh exited with status 3"]
        // Ranks that share a core may say so.
        #expect(result.stderr.lines.filter { !$0.contains(" warning: ") }.sorted() == errors, "\(result)")
    }

    @Test(
        "--line-buffer has what a command had written when a time limit or a crash ended it",
        arguments: [Way.runners, .ranksWithRunners]
    )
    func interrupted(way: Way) async throws {
        let late = try await way.run(["--time-limit", "1", "-c", #"sh("echo one; echo two >&2; sleep 600")"#])
        #expect(late.status == .exited(1), "\(late)")
        #expect(late.stdout.text == "one\n", "\(late)")
        #expect(late.stderr.lines.contains("two"), "\(late)")
    }

    @Test("--line-buffer leaves records as they are, and writes a recorded output in one piece")
    func records() async throws {
        let directory = try TemporaryDirectory()
        let options = ["--journal", "\(directory.path)/journal", "--results", "\(directory.path)/results"]
        let call = ["-c", #"sh("echo one $1; echo two $1; printf end", each([1, 2]))"#]
        let first = try await Way.runners.run(options + ["--joblog", "\(directory.path)/log"] + call)
        let lines = ["end", "end", "one 1", "one 2", "two 1", "two 2"]
        #expect(first.stdout.lines.sorted() == lines, "\(first)")
        for number in [1, 2] {
            let file = "\(directory.path)/results/\(number)/stdout"
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "one \(number)\ntwo \(number)\nend")
        }
        let log = try String(contentsOfFile: "\(directory.path)/log", encoding: .utf8)
        #expect(log.split(separator: "\n").dropFirst().allSatisfy { $0.split(separator: "\t")[5] == "15" }, "\(log)")
        let again = try await Way.runners.run(options + ["--summary"] + call)
        expect(
            again,
            status: 0,
            stdout: "one 1\ntwo 1\nendone 2\ntwo 2\nend",
            stderr: "mpifutures: 0 calls: 0 returned; 2 results from the journal\n"
        )
    }

    @Test("--line-buffer goes with calls that are no commands, whose results stay whole")
    func otherCalls() async throws {
        let library = try await Plugins.manual.library
        let result = try await launch(.ranks(3), ["--line-buffer", "-c", "\(library):Square(x: 0..<3)"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines.sorted() == ["0", "1", "4"], "\(result)")
    }
}
