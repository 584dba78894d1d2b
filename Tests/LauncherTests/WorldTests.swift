import Support
import Testing

/// What a program does with the world communicator, of which the launcher has taken all ranks but one.
@Suite("The world communicator under the launcher", .serialized)
struct WorldTests {
    @Test(
        "The world communicator under the launcher has an MPICommExecutor with the shared workers",
        arguments: [2, 3]
    )
    func shared(ranks: Int) async throws {
        let result = try await launch(.ranks(ranks), [try await Plugins.endings, "comm executors"])
        let output = "sync 42 \(ranks - 1)\nasync 43 \(ranks - 1)\nself 3\nmarked true\n"
        expect(result, status: 0, stdout: output)
    }

    @Test(
        "The world communicator under the launcher has an MPICommExecutor with the workers that the launcher starts",
        arguments: [Start.alone, .ranks(1)]
    )
    func started(start: Start) async throws {
        let result = try await launch(start, ["--workers", "3", try await Plugins.endings, "comm executors"])
        expect(result, status: 0, stdout: "sync 42 3\nasync 43 3\nself 3\nmarked true\n")
    }

    @Test(
        "The world communicator under the launcher has an MPICommExecutor with threads where the launcher is alone",
        arguments: [Start.alone, .ranks(1)]
    )
    func threads(start: Start) async throws {
        let result = try await launch(
            start,
            [try await Plugins.endings, "comm executors"],
            environment: ["MPIFUTURES_MAX_WORKERS": "2"]
        )
        expect(result, status: 0, stdout: "sync 42 2\nasync 43 2\nself 3\nmarked true\n")
    }

    @Test(
        "The world communicator under the launcher refuses what all ranks would have to do, and does not hang",
        arguments: [2, 3]
    )
    func collectives(ranks: Int) async throws {
        let result = try await launch(.ranks(ranks), [try await Plugins.endings, "world"])
        let output = """
            duplicate notAllowed
            split notAllowed
            barrier notAllowed
            by handle notAllowed
            root invalidArgument
            no root invalidArgument
            self 1
            task barrier notAllowed
            task executor notAllowed

            """
        expect(result, status: 0, stdout: output)
    }

    @Test(
        "The world communicator has one process where the launcher starts threads or workers",
        arguments: [[], ["--workers", "2"]]
    )
    func alone(options: [String]) async throws {
        let result = try await launch(.alone, options + [try await Plugins.endings, "world"])
        #expect(result.status == .exited(0), "\(result)")
        let own = "duplicate 1\nsplit Optional(1)\nbarrier ()\nby handle ()\n"
        #expect(result.stdout.text.hasPrefix(own), "\(result)")
        // Threads are in the world of their process; in a job of workers the first rank is a relay.
        let tasks = options.isEmpty ? "task barrier met\ntask executor met\n" : "task barrier notAllowed\n"
        #expect(result.stdout.text.contains(tasks), "\(result)")
    }
}
