import Foundation
import Support
import Testing

/// 1,000 calls of which 10 end their processes, in six ways.
@Suite("Calls that are isolated")
struct IsolationTests {
    private static let calls = ["1000", "100"]
    private static let outcome = "990 right, 10 failed"

    @Test("Where ranks of MPI own runners, a call that ends its process fails alone", arguments: [2, 3, 5])
    func ranks(n: Int) async throws {
        let result = try await launch(
            .ranks(n),
            [try await Plugins.crash] + Self.calls,
            environment: ["MPIFUTURES_ISOLATE": "on"]
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines.last == Self.outcome, "\(result)")
    }

    @Test(
        "Where a rank of MPI on another host owns a runner, a call that ends its process fails alone",
        .enabled("processes can be hidden from each other") { try await Hosts.canHideMaster }
    )
    func otherHost() async throws {
        let result = try await Hosts.launchHidden(2, [try await Plugins.crash] + Self.calls)
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines.last == Self.outcome, "\(result)")
    }

    @Test(
        "Where the launcher starts the workers, a call that ends its process fails alone, unless isolation is off",
        arguments: [[], ["--workers", "3"]]
    )
    func ownWorkers(options: [String]) async throws {
        let result = try await launch(
            .alone,
            options + [try await Plugins.crash] + Self.calls,
            environment: ["MPIFUTURES_ISOLATE": nil]
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines.last == Self.outcome, "\(result)")
    }

    @Test("Where ranks of MPI are the workers, calls are isolated by themselves", arguments: [2, 3])
    func ranksByThemselves(n: Int) async throws {
        let result = try await launch(
            .ranks(n),
            [try await Plugins.crash] + Self.calls,
            environment: ["MPIFUTURES_ISOLATE": nil]
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines.last == Self.outcome, "\(result)")
    }

    @Test("Calls of a plugin that uses MPI are not isolated by themselves", arguments: [Start.alone, .ranks(3)])
    func usesMPI(start: Start) async throws {
        let command = [try await Plugins.endingsInC, "task", "_exit-5"]
        let byItself = try await launch(start, command, environment: ["MPIFUTURES_ISOLATE": nil])
        #expect(byItself.status == .exited(5), "\(byItself)")
        let onRequest = try await launch(start, command, environment: ["MPIFUTURES_ISOLATE": "on"])
        #expect(onRequest.status == .exited(0), "\(onRequest)")
        #expect(onRequest.stdout.text.contains("called exit(5)"), "\(onRequest)")
    }

    @Test("An isolated call that uses MPI fails, and says what to do", arguments: [Start.alone, .ranks(3)])
    func usesMPILate(start: Start) async throws {
        let command = [try await Plugins.lateMPI]
        let isolated = try await launch(start, command, environment: ["MPIFUTURES_ISOLATE": nil])
        #expect(isolated.status == .exited(0), "\(isolated)")
        #expect(isolated.stdout.text.contains("--isolate off"), "\(isolated)")
        guard start.hasWorkerProcesses else { return }
        let off = try await launch(start, ["--isolate", "off"] + command)
        expect(off, status: 0, stdout: "a rank\n")
    }

    @Test("The option decides, whatever the environment says", arguments: [Start.alone, .ranks(3)])
    func option(start: Start) async throws {
        let plugin = try await Plugins.crash
        let on = try await launch(
            start,
            ["--isolate", "on", plugin] + Self.calls,
            environment: ["MPIFUTURES_ISOLATE": "off"]
        )
        #expect(on.status == .exited(0), "\(on)")
        #expect(on.stdout.lines.last == Self.outcome, "\(on)")
        let off = try await launch(
            start,
            ["--isolate", "off", plugin] + Self.calls,
            environment: ["MPIFUTURES_ISOLATE": "on"]
        )
        #expect(off.status != .exited(0), "\(off)")
    }

    @Test("The option stands before calls and modules too")
    func optionWithCalls() async throws {
        let calls = try await launch(
            .alone,
            ["--isolate", "on", "--workers", "2", "--raw", "-c", #"sh("echo $1", each(["a", "b"]))"#]
        )
        expect(calls, status: 0, stdout: "a\nb\n")
        let module = try await launch(.alone, ["--isolate", "off", "-m", "none"])
        #expect(module.status == .exited(2) && module.stderr.text.contains("none"), "\(module)")
    }

    @Test("Isolated workers use the library that the launcher has made of an archive or a Swift file")
    func forms() async throws {
        let folder = try await PluginFolder()
        for plugin in [folder.path, try await folder.tar(), try folder.zip()] {
            expect(
                try await launch(.alone, ["--isolate", "on", plugin, "own files"]),
                status: 0,
                stdout: "its own file\nits own file\nits own file\n"
            )
        }
        let directory = try TemporaryDirectory()
        let script = try directory.write(ScriptTests.topLevel, to: "squares.swift")
        let result = try await launch(
            .alone,
            ["--isolate", "on", "--workers", "2", script, "x"],
            environment: ["XDG_CACHE_HOME": "\(directory.path)/cache"]
        )
        expect(result, status: 0, stdout: "[1, 4, 9, 16, 25] [\"x\"]\n")
    }

    @Test("A plugin that crashes where workers load it breaks the executor, and is not loaded again and again")
    func crashAtLoad() async throws {
        let directory = try TemporaryDirectory()
        let loads = "\(directory.path)/loads"
        let result = try await launch(
            .alone,
            ["--isolate", "on", "--workers", "2", try await Plugins.secondLoad],
            environment: ["LOADS": loads]
        )
        #expect(result.status == .exited(3), "\(result)")
        #expect(result.stderr.lines.count == 1, "\(result)")
        #expect(result.stderr.text.contains("was killed by SIGABRT before it served"), "\(result)")
        // The master, and each worker once.
        #expect(try String(contentsOfFile: loads, encoding: .utf8).count <= 3)
    }

    @Test("A runner that hangs at its start breaks the executor, also where a rank owns it")
    func hangAtLoad() async throws {
        let directory = try TemporaryDirectory()
        // The master and the owner load the plugin, and then the runner.
        let result = try await launch(
            .ranks(2),
            [try await Plugins.secondLoad],
            environment: [
                "MPIFUTURES_ISOLATE": "on", "MPIFUTURES_START_TIMEOUT": "1",
                "LOADS": "\(directory.path)/loads", "HANG": "3",
            ]
        )
        #expect(result.status == .exited(3), "\(result)")
        #expect(result.stderr.text.contains("worker 0 did not serve within 1.0 seconds"), "\(result)")
    }

    @Test(
        "A time limit is kept while nobody reads standard error, of which nothing is lost",
        arguments: [[], ["-n", "2"]]
    )
    func blockedErrors(mpiexec: [String]) async throws {
        let directory = try TemporaryDirectory()
        let launcher = try BuildProducts.path(of: "mpifutures")
        // The reader begins when the file is there, or gives up after 30 s.
        let script = #"""
            file=$1; shift
            "$@" "$file" 2>&1 >/dev/null | {
                for i in $(seq 300); do [ -e "$file" ] && echo kept && break; sleep 0.1; done
                grep -c xxx
            }
            """#
        let command = (mpiexec.isEmpty ? [] : ["mpiexec"] + mpiexec) + [launcher, try await Plugins.endings]
        let result = try await launch(
            .alone,
            ["-c", script, "sh", "\(directory.path)/kept"] + command + ["blocked errors"],
            program: "/bin/sh",
            environment: ["MPIFUTURES_ISOLATE": "on"]
        )
        #expect(result.stdout.lines.sorted() == ["3000", "kept"], "\(result)")
    }
}
