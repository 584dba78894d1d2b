import Foundation
import Support
import Testing

/// Workers that say their numbers and a variable that has these numbers, by each way of starting workers.
@Suite("The numbers of workers")
struct WorkerNumberTests {
    private static let template = "PLACE={worker}.{workers}.{local}.{locals}.{host}.{hosts}"

    /// What workers of one host say.
    private static func lines(_ count: Int, _ variable: (Int) -> String) -> [String] {
        (0..<count).map { "\($0)/\(count) \($0)/\(count) 0/1 \(variable($0))" }
    }

    private static func values(_ worker: Int, of count: Int) -> String { "\(worker).\(count).\(worker).\(count).0.1" }

    @Test(
        "The numbers of workers are known in calls and in variables, and before the plugin is loaded",
        arguments: [
            (Start.ranks(3), ["--isolate", "on"]), (.ranks(3), ["--isolate", "off"]), (.ranks(2), []),
            (.alone, ["--workers", "2"]), (.alone, []), (.ranks(1), []),
            (.alone, ["--max-calls-per-worker", "1"]), (.ranks(3), ["--max-calls-per-worker", "1"]),
        ]
    )
    func numbers(start: Start, options: [String]) async throws {
        var count = 2
        if case .ranks(2) = start { count = 1 }
        let rounds = try (0..<3).map { _ in try TemporaryDirectory() }
        let result = try await launch(
            start,
            options + ["--worker-env", Self.template, try await Plugins.places] + rounds.map(\.path),
            environment: ["MPIFUTURES_MAX_WORKERS": "2", "MPIFUTURES_ISOLATE": nil]
        )
        #expect(result.status == .exited(0) && result.stderr.text.isEmpty, "\(result)")
        let expected = Self.lines(count) { "\(Self.values($0, of: count)) \(Self.values($0, of: count))" }
        #expect(result.stdout.sortedLines == (expected + expected + expected).sorted(), "\(result)")
    }

    @Test("The numbers of workers are known where these are threads, or ranks that the launcher starts")
    func otherWays() async throws {
        for options in [["--isolate", "off"], ["--isolate", "off", "--workers", "2"]] {
            let round = try TemporaryDirectory()
            let result = try await launch(
                .alone,
                options + [try await Plugins.places, round.path],
                environment: ["MPIFUTURES_MAX_WORKERS": "2"]
            )
            #expect(result.status == .exited(0), "\(result)")
            #expect(result.stdout.sortedLines == Self.lines(2) { _ in "none none" }, "\(result)")
        }
        // Ranks load the plugin after MPI has started, and have the variable by then.
        let round = try TemporaryDirectory()
        let ranks = try await launch(
            .alone,
            ["--isolate", "off", "--workers", "2", "--worker-env", Self.template, try await Plugins.places, round.path]
        )
        let expected = Self.lines(2) { "\(Self.values($0, of: 2)) \(Self.values($0, of: 2))" }
        #expect(ranks.stdout.sortedLines == expected, "\(ranks)")
    }

    @Test(
        "The numbers of workers begin anew on each host",
        .enabled("hosts can be pretended") { try await Hosts.canBePretended },
        arguments: ["on", "off"]
    )
    func hosts(isolation: String) async throws {
        let round = try TemporaryDirectory()
        let result = try await Hosts.launch(
            ["one", "two", "one", "two", "two"],
            ["--isolate", isolation, "--worker-env", "PLACE=GPU{local}", try await Plugins.places, round.path]
        )
        #expect(result.status == .exited(0), "\(result)")
        let expected = [
            "0/4 0/3 0/2 GPU0 GPU0", "1/4 0/1 1/2 GPU0 GPU0", "2/4 1/3 0/2 GPU1 GPU1", "3/4 2/3 0/2 GPU2 GPU2",
        ]
        #expect(result.stdout.sortedLines == expected, "\(result)")
    }

    @Test("The variables of each worker of the environment are those of the option, which replaces them by name")
    func environment() async throws {
        let round = try TemporaryDirectory()
        let result = try await launch(
            .ranks(2),
            ["--worker-env", "PLACE=option{local}", try await Plugins.places, round.path],
            environment: ["MPIFUTURES_WORKER_ENVIRONMENT": "PLACE=environment\nOTHER={worker}"]
        )
        #expect(result.stdout.text == "0/1 0/1 0/1 option0 option0\n", "\(result)")
        let calls = try await launch(
            .ranks(2),
            ["--raw", "-c", #"sh("echo $PLACE $OTHER $MPIFUTURES_WORKER_ENVIRONMENT")"#],
            environment: ["MPIFUTURES_WORKER_ENVIRONMENT": "PLACE=environment\nOTHER={worker}"]
        )
        expect(calls, status: 0, stdout: "environment 0\n")
    }

    @Test("Threads refuse variables of each worker, and a misspelt word is named", arguments: [Start.alone, .ranks(1)])
    func refusals(start: Start) async throws {
        let threads = try await launch(
            start,
            ["--isolate", "off", "--worker-env", Self.template, "-c", #"sh("true")"#]
        )
        #expect(threads.status == .exited(1), "\(threads)")
        #expect(threads.stderr.text.contains("threads have no variables of their own"), "\(threads)")
        let misspelt = try await launch(start, ["--worker-env", "PLACE={loacl}", "-c", #"sh("true")"#])
        #expect(misspelt.status == .exited(2), "\(misspelt)")
        let beginning = "mpifutures: --worker-env has {loacl} in the value of PLACE, but knows only {worker}, "
        #expect(misspelt.stderr.text.hasPrefix(beginning), "\(misspelt)")
    }

    // MARK: Ranks on one core

    /// A core that this process may use, if the machine has others.
    private static var core: Int? {
        get async throws {
            let result = try await runProcess("sh", ["-c", "nproc --all; taskset -cp $$ | sed 's/.*: //; s/[,-].*//'"])
            let numbers = result.stdout.lines.compactMap { Int($0) }
            return numbers.count == 2 && numbers[0] > 1 ? numbers[1] : nil
        }
    }

    @Test("Ranks of one host that may use the same single core only are warned of, with what to do")
    func sameCore() async throws {
        guard let core = try await Self.core else { try Test.cancel("this machine has one core") }
        let host = ProcessInfo.processInfo.hostName
        let launcher = try BuildProducts.path(of: "mpifutures")
        let calls = ["--raw", "-c", #"sh("echo made")"#]
        let bound = try await launch(
            .ranks(3),
            ["-c", "\(core)", launcher] + calls,
            program: "taskset"
        )
        let line =
            "mpifutures: warning: 3 ranks on \(host) may use core \(core) only; start mpiexec with --bind-to none, or "
            + "srun with --cpu-bind=none, or ask the batch system for a core for each rank\n"
        expect(bound, status: 0, stdout: "made\n", stderr: line)
        let one = try await launch(
            .ranks(1),
            ["-c", "\(core)", launcher] + calls + [":", "-n", "1", launcher] + calls,
            program: "taskset"
        )
        expect(one, status: 0, stdout: "made\n")
        // The remedy that the warning names.
        expect(try await launch(.ranks(2), calls, options: ["--bind-to", "none"]), status: 0, stdout: "made\n")
    }
}
