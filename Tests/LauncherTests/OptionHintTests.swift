import Support
import Testing

@Suite("The error of an unknown option")
struct OptionHintTests {
    @Test(
        "The error of an unknown option says what to write",
        arguments: [
            ("--time-limt", "write --time-limit"),
            ("--worker", "write --workers"),
            ("--no-raw", nil),
            ("-j", "write --workers N"),
            ("-j8", nil),
            ("-n", "write --workers N, or 'mpiexec -n N mpifutures …'"),
            ("--timeout=3", "write --time-limit S"),
            ("--eta", "write --progress"),
            ("-V", "write --version"),
            ("-a", #"write each(lines("file")) in the calls"#),
            (#"-csh("ls")"#, "what follows -c is a word of its own"),
        ]
    )
    func unknown(option: (word: String, remedy: String?)) async throws {
        let result = try await launch(.alone, [option.word, "2", "-c", #"sh("true")"#])
        let remedy = option.remedy.map { "; \($0)" } ?? ""
        expect(
            result,
            status: 2,
            stderr: "mpifutures: unknown option '\(option.word)'\(remedy); 'mpifutures --help' shows the usage\n"
        )
    }

    @Test("The error of an unknown option names each option of the manual to who has almost written it")
    func manual() async throws {
        let lines = try PackageFiles.text(of: "Docs/mpifutures.1").split(separator: "\n")
        for line in lines where line.hasPrefix(".It Fl -") {
            let option = "--\(line.dropFirst(8).prefix { $0 != " " })"
            let result = try await launch(.alone, ["\(option)x"])
            #expect(result.stderr.text.contains("; write \(option); "), "\(result)")
        }
    }

    @Test("An option behind the calls of a file is an argument of theirs, and a warning says so", arguments: Start.all)
    func late(start: Start) async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(#"sh("echo $1", each(argv))"#, to: "calls")
        let result = try await launch(start, ["-f", file, "--tag"])
        expect(
            result,
            status: 0,
            stdout: "--tag\n",
            stderr: "mpifutures: warning: '--tag' is an argument of the calls here; "
                + "options stand before -f, -c or '-'\n"
        )
        let other = try await launch(start, ["-f", file, "--tagged"])
        expect(other, status: 0, stdout: "--tagged\n")
    }
}
