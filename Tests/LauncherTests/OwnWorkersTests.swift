import Glibc
import Support
import Testing

@Suite("Workers that the launcher starts", .serialized)
struct OwnWorkersTests {
    @Test("Workers that the launcher starts serve a plugin's program", arguments: [Start.alone, .ranks(1)])
    func plugin(start: Start) async throws {
        let plugin = try await Plugins.endings
        expect(try await launch(start, ["--workers", "3", plugin, "workers"]), status: 0, stdout: "3\n")
        expect(try await launch(start, ["--workers", "1", "--", plugin, "exit", "7"]), status: 7)
    }

    @Test("Workers that the launcher starts are as many as the universe has room for, with --spawn")
    func universe() async throws {
        let plugin = try await Plugins.endings
        let result = try await launch(.ranks(1), ["--spawn", plugin, "workers"], options: ["-usize", "3"])
        expect(result, status: 0, stdout: "2\n")
    }

    @Test("Workers that the launcher starts make calls that are written on the command line")
    func calls() async throws {
        let result = try await launch(.alone, ["--workers", "2", "--raw", "-c", #"sh("echo $1", each(["a", "b"]))"#])
        expect(result, status: 0, stdout: "a\nb\n")
    }

    @Test("Workers that the launcher starts make calls of a standard input of any length")
    func longInput() async throws {
        let count = 4000
        let input = (0..<count).map { "exec([\"/bin/echo\", \"\($0)\"])\n" }.joined()
        let result = try await launch(.alone, ["--workers", "2", "--raw", "-"], input: Array(input.utf8))
        #expect(input.utf8.count > 1 << 16)
        expect(result, status: 0, stdout: (0..<count).map { "\($0)\n" }.joined())
    }

    @Test("Workers that the launcher starts are refused beside those of mpiexec")
    func beside() async throws {
        let result = try await launch(.ranks(3), ["--workers", "2", "-c", "sh('true')"])
        #expect(result.status == .exited(2), "\(result)")
        #expect(result.stderr.text.contains("mpiexec has started 2 already"), "\(result)")
    }

    @Test(
        "Workers that the launcher starts may be an executor's own, beside those of mpiexec",
        arguments: [Start.alone, .ranks(3)]
    )
    func processPool(start: Start) async throws {
        let result = try await launch(
            start,
            [try await Plugins.endings, "processes"],
            environment: ["MPIFUTURES_MAX_WORKERS": "2"]
        )
        expect(result, status: 0, stdout: "2 3 true true\n")
    }

    @Test("Workers that the launcher starts are a number of one at least")
    func number() async throws {
        for number in ["0", "-1", "x"] {
            let result = try await launch(.alone, ["--workers", number, "-c", "sh('true')"])
            #expect(result.status == .exited(2) && result.stderr.lines.count == 1, "\(result)")
        }
    }

    @Test("Workers that the launcher starts end with the launcher", arguments: [SIGINT, SIGTERM, SIGKILL])
    func signals(signal: Int32) async throws {
        let directory = try TemporaryDirectory()
        let commands = #"sh("touch \#(directory.path)/$1; sleep 100", each([1, 2]))"#
        let result = try await launch(.alone, ["--workers", "2", "-c", commands]) { launcher in
            let deadline = Deadline.after(hangTime)
            while access("\(directory.path)/1", F_OK) != 0, !deadline.isPast {
                try await Task.sleep(for: .milliseconds(2))
            }
            launcher.send(signal: signal)
        }
        #expect(result.status == (signal == SIGKILL ? .signaled(9) : .exited(128 + Int(signal))), "\(result)")
    }

    @Test("Workers that the launcher starts end with an explanation if what they load makes an executor at once")
    func recursion() async throws {
        let plugin = try await Plugins.early
        let result = try await launch(.ranks(3), [plugin])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stderr.text.contains("makes an executor outside of its main function"), "\(result)")
        let own = try await launch(.alone, ["--workers", "2", plugin])
        #expect(own.stderr.text.contains("makes an executor outside of its main function"), "\(own)")
    }

    @Test(
        "Workers that the launcher starts that crash are named, once, also where a backtrace follows",
        arguments: ["no", "yes,color=no"]
    )
    func crash(backtrace: String) async throws {
        let plugin = try await Plugins.endings
        for arguments in [[plugin, "crash", "trap"], ["-c", #""\#(plugin)":Crash(kind: "trap")"#]] {
            let result = try await launch(
                .alone,
                ["--workers", "2"] + arguments,
                environment: ["SWIFT_BACKTRACE": "enable=\(backtrace)"]
            )
            #expect(result.status == .exited(1), "\(result)")
            let own = result.stderr.lines.filter { $0.hasPrefix("mpifutures: ") }
            #expect(own.count == 1, "\(result)")
            let line = #/mpifutures: rank [12] of 3 on \S+ was killed by SIGILL while running endings.Crash: a trap .*/#
            #expect(own.first?.wholeMatch(of: line) != nil, "\(result)")
        }
    }

    @Test(
        "Workers that the launcher starts that cannot be started are told of once",
        arguments: ["/no/where", "mpiexec -no-such-option"]
    )
    func noStart(mpiexec: String) async throws {
        let plugin = try await Plugins.endings
        for arguments in [[plugin, "errors"], ["-c", #"sh("true", each([1, 2, 3]))"#]] {
            let result = try await launch(
                .alone,
                ["--workers", "2"] + arguments,
                environment: ["MPIFUTURES_MPIEXEC": mpiexec]
            )
            #expect(result.status == .exited(1), "\(result)")
            #expect(result.stderr.lines.filter { $0.hasPrefix("mpifutures: ") }.count == 1, "\(result)")
        }
    }

    @Test("Workers that the launcher starts that are lost fail the calls")
    func lost() async throws {
        let plugin = try await Plugins.endings
        let result = try await launch(.alone, ["--workers", "2", plugin, "crash", "trap"])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stderr.text.contains("was killed by SIG"), "\(result)")
    }
}
