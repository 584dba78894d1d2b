import Support
import Testing

@Suite("The command line")
struct CommandLineTests {
    @Test("--help goes to standard output, once", arguments: [["--help"], ["-h"]], [Start.alone, .ranks(3)])
    func help(arguments: [String], start: Start) async throws {
        let result = try await launch(start, arguments)
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text.ranges(of: "Usage: mpiexec -n N mpifutures").count == 1)
        #expect(result.stderr.text == "")
    }

    @Test("--help fits on three screens of 24 lines and 80 columns")
    func helpFits() async throws {
        let lines = try await launch(.alone, ["--help"]).stdout.text.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines.count <= 72)
        #expect(lines.filter { $0.count > 80 } == [])
    }

    @Test("--version prints one line, once", arguments: [Start.alone, .ranks(1), .ranks(3)])
    func version(start: Start) async throws {
        let result = try await launch(start, ["--version"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text.wholeMatch(of: /mpifutures \d+\.\d+\.\d+\n/) != nil)
        #expect(result.stderr.text == "")
    }

    @Test(
        "What cannot be understood is one line from one rank, with status 2",
        arguments: [
            (["--nonsense"], "unknown option '--nonsense'"),
            (["-x", "lib.so"], "unknown option '-x'"),
            (["--version=3"], "the option '--version' does not take any value, but '3' was specified"),
            ([], "no plugin is named"),
            (["--"], "no plugin is named"),
            (["-m"], "missing value for '-m <module>'"),
            (["--path"], "missing value for '--path <dir>'"),
            (["--list"], "missing value for '--list <plugin>'"),
            (["--isolate"], "missing value for '--isolate <when>'"),
            (["--isolate", "maybe", "lib.so"], "--isolate is 'maybe', but must be auto, on or off"),
            (["-c"], "-c needs calls"),
            (["-f"], "-f needs the name of a file"),
            (["--raw", "lib.so"], "--raw and --unordered are for calls: they go with -c, -f or '-'"),
            ([""], "the plugin's name is empty"),
            (["journal", "--export", "--compact", "a"], "'journal' takes one of --export and --compact, once"),
        ],
        [Start.alone, .ranks(3)]
    )
    func misuse(misuse: ([String], String), start: Start) async throws {
        let result = try await launch(start, misuse.0)
        expect(result, status: 2, stderr: "mpifutures: \(misuse.1); 'mpifutures --help' shows the usage\n")
    }

    @Test("What follows the plugin is the program's own", arguments: Start.all)
    func arguments(start: Start) async throws {
        let own = ["--help", "-x", "--", "--version", "a b", "", "ü", "-m", "17"]
        let plugin = try await Plugins.endings
        let swift = try await launch(start, [plugin, "arguments"] + own)
        expect(swift, status: 0, stdout: lines([plugin, "arguments"] + own))
    }

    @Test("A program in C finds them in argv")
    func argumentsInC() async throws {
        let plugin = try await Plugins.status
        let result = try await launch(.ranks(2), [plugin, "--help", "--", "0"])
        expect(result, status: 0, stdout: lines([plugin, "--help", "--", "0"]))
    }

    @Test("A -- before the plugin ends the launcher's options")
    func endOfOptions() async throws {
        let plugin = try await Plugins.status
        let result = try await launch(.alone, ["--", plugin, "--version"])
        expect(result, status: 0, stdout: lines([plugin, "--version"]))
    }

    @Test("A name without a slash is a file of the current directory", arguments: [Start.alone, .ranks(2)])
    func currentDirectory(start: Start) async throws {
        _ = try await Plugins.status
        let directory = try Plugins.path("")
        let result = try await launch(start, ["libstatus.so", "0"], workingDirectory: directory)
        expect(result, status: 0, stdout: lines(["libstatus.so", "0"]))
    }

    @Test(
        "A bad value in the environment is one line from one rank, with status 2",
        arguments: [
            ("MPIFUTURES_THREAD_LEVEL", "some", "single, funneled, serialized or multiple"),
            ("MPIFUTURES_FINALIZE_TIMEOUT", "-1", "a number of seconds, 0 or more"),
            ("MPIFUTURES_FINALIZE_TIMEOUT", "soon", "a number of seconds, 0 or more"),
        ],
        [Start.alone, .ranks(3)]
    )
    func environment(variable: (name: String, value: String, meaning: String), start: Start) async throws {
        let result = try await launch(
            start,
            [try await Plugins.status, "0"],
            environment: [variable.name: variable.value]
        )
        let problem = "\(variable.name) is '\(variable.value)', but must be \(variable.meaning)"
        expect(result, status: 2, stderr: "mpifutures: \(problem); 'mpifutures --help' shows the usage\n")
    }

    private func lines(_ words: [String]) -> String { words.map { $0 + "\n" }.joined() }
}
