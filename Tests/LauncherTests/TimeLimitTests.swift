import Support
import Testing

@Suite("The launcher's time limit for calls", .serialized)
struct TimeLimitTests {
    @Test(
        "A time limit ends a command and what it has started, and runs the others",
        arguments: [[], ["--workers", "2"]]
    )
    func command(options: [String]) async throws {
        // On a busy machine a command that only prints takes its time.
        let calls = #"sh("sleep 1000 & sleep 1000"); sh("echo $1", each(["a", "b"]))"#
        let result = try await launch(
            .alone,
            ["--time-limit", "3"] + options + ["--raw", "-c", calls],
            environment: ["MPIFUTURES_ISOLATE": nil]
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "a\nb\n", "\(result)")
        #expect(result.stderr.text.contains(": sh took longer than 3 s on rank"), "\(result)")
    }

    @Test("A time limit ends a command where ranks of MPI own the runners, too", arguments: [2, 3])
    func owned(n: Int) async throws {
        let calls = #"sh("sleep 1000 & sleep 1000"); sh("echo $1", each(["a", "b"]))"#
        let result = try await launch(
            .ranks(n),
            ["--time-limit", "3", "--raw", "-c", calls],
            environment: ["MPIFUTURES_ISOLATE": nil]
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "a\nb\n", "\(result)")
        #expect(result.stderr.text.contains(": sh took longer than 3 s on rank"), "\(result)")
    }

    @Test("A time limit is taken from the environment, too")
    func environment() async throws {
        let result = try await launch(
            .alone,
            ["-c", #"exec(["sleep", "1000"])"#],
            environment: ["MPIFUTURES_TIME_LIMIT": "0.2", "MPIFUTURES_ISOLATE": nil]
        )
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stderr.text.contains(": exec took longer than 0.2 s on rank"), "\(result)")
    }

    @Test("A time limit is refused where ranks of MPI run the calls themselves")
    func ranks() async throws {
        let result = try await launch(.ranks(2), ["--time-limit", "1", "-c", #"sh("true")"#])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stderr.text.contains("needs isolated workers"), "\(result)")
    }

    @Test("A time limit must be a positive number of seconds", arguments: ["0", "-1", "nan", "soon", ""])
    func invalid(limit: String) async throws {
        let result = try await launch(.alone, ["--time-limit", limit, "-c", #"sh("true")"#])
        #expect(result.status == .exited(2), "\(result)")
        #expect(result.stderr.lines.count == 1, "\(result)")
    }
}
