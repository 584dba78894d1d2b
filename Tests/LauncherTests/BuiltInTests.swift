import Support
import Testing

/// `mpifutures --self-test` and `mpifutures bench`.
@Suite("The launcher's own programs")
struct BuiltInTests {
    @Test(
        "The launcher's own program --self-test checks the installation, one line a check",
        arguments: [Start.alone, .ranks(1), .ranks(3)]
    )
    func selfTest(start: Start) async throws {
        let result = try await launch(start, ["--self-test"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stderr.text == "" && result.leftovers.isEmpty, "\(result)")
        let lines = result.stdout.lines
        #expect(lines.allSatisfy { $0.hasPrefix("ok      ") }, "\(result)")
        var subjects = ["version", "library", "MPI", "shared memory", "runtime", "values", "memory limits"]
        subjects += ["threads", "processes"]
        if case .ranks(3) = start { subjects.append("ranks") }
        #expect(lines.map { $0.dropFirst(8).prefix { $0 != ":" } }.elementsEqual(subjects.map { $0[...] }))
        #expect(lines.contains { $0.hasPrefix("ok      values: structs, enums and collections travel in the layout") })
        if case .ranks(3) = start { #expect(lines.last?.hasSuffix("10 calls on 2 ranks on 1 host") == true) }
    }

    @Test("The launcher's own program --self-test says what is wrong, and the status is 1")
    func selfTestFails() async throws {
        // A limit of open files that is too small for the processes' memory.
        let command = "ulimit -f 8; exec \"$0\" --self-test"
        let launcher = try BuildProducts.path(of: "mpifutures")
        let result = try await runProcess("sh", ["-c", command, launcher])
        #expect(result.status == .exited(1), "\(result)")
        let failed = result.stdout.lines.filter { !$0.hasPrefix("ok ") }
        #expect(failed.count == 1 && failed[0].hasPrefix("FAILED  processes: "), "\(result)")
    }

    @Test(
        "The launcher's own program bench prints a table",
        arguments: [(Start.alone, []), (.alone, ["--isolate", "off", "--workers", "1"]), (.ranks(3), [])]
    )
    func bench(start: Start, options: [String]) async throws {
        let result = try await launch(start, options + ["bench", "0.02"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stderr.text == "" && result.leftovers.isEmpty, "\(result)")
        let lines = result.stdout.lines
        #expect(lines.count == 12)
        #expect(lines.prefix(3).allSatisfy { $0.hasPrefix("# ") })
        let rows = lines.dropFirst(3).map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        #expect(rows.allSatisfy { $0.contains { Double($0) ?? 0 > 0 } }, "\(result)")
        #expect(lines[4].hasSuffix("calls/s") && lines[11].hasSuffix("B/s"), "\(result)")
    }

    @Test(
        "The launcher's own programs take no arguments, and hide no plugin of their name",
        arguments: [
            (
                ["bench", "x"],
                """
                mpifutures: the time of a measurement is 'x', but must be a number of seconds, 60 at most; \
                'mpifutures --help' shows the usage

                """
            ),
            (["./bench"], "mpifutures: cannot load './bench': no such file\n"),
            (
                ["--self-test", "x"],
                "mpifutures: nothing can be run beside --self-test; 'mpifutures --help' shows the usage\n"
            ),
        ]
    )
    func mistakes(arguments: [String], message: String) async throws {
        let result = try await launch(.alone, arguments)
        #expect(result.status == .exited(2))
        #expect(result.stderr.text == message)
    }
}
