import Support
import Testing

@Suite("Workers that are threads")
struct ThreadWorkerTests {
    @Test(
        "Workers that are threads are as many as MPIFUTURES_MAX_WORKERS says",
        arguments: [Start.alone, .ranks(1)],
        [1, 3]
    )
    func count(start: Start, number: Int) async throws {
        let result = try await launch(
            start,
            [try await Plugins.endings, "workers"],
            environment: ["MPIFUTURES_MAX_WORKERS": "\(number)"]
        )
        expect(result, status: 0, stdout: "\(number)\n")
    }

    @Test(
        "Workers that are threads are not started for a number that is none",
        arguments: [Start.alone, .ranks(1)],
        ["0", "-2", "many"]
    )
    func badCount(start: Start, text: String) async throws {
        let result = try await launch(
            start,
            [try await Plugins.endings, "workers"],
            environment: ["MPIFUTURES_MAX_WORKERS": text]
        )
        let problem = "MPIFUTURES_MAX_WORKERS is '\(text)', but must be a number, at least 1"
        expect(result, status: 1, stderr: "mpifutures: \(problem)\n")
    }

    @Test("Workers that are threads are the other ranks where there are any", arguments: [2, 3, 5])
    func processes(n: Int) async throws {
        let result = try await launch(.ranks(n), [try await Plugins.endings, "workers"])
        expect(result, status: 0, stdout: "\(n - 1)\n")
    }
}

@Suite("The runtime library")
struct RuntimeLibraryTests {
    @Test("The runtime library is mapped once in a process that runs a plugin", arguments: Start.all)
    func oneCopy(start: Start) async throws {
        let result = try await launch(start, [try await Plugins.endings, "libraries"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(Set(result.stdout.lines) == ["\(BuildProducts.directory)/libMPIFutures.so"])
    }
}

@Suite("MPI's thread level")
struct ThreadLevelTests {
    @Test("Everything works with the thread level SERIALIZED", arguments: [1, 3])
    func serialized(n: Int) async throws {
        let environment: [String: String?] = ["MPIFUTURES_THREAD_LEVEL": "serialized"]
        let traces = try TemporaryDirectory()
        let endings = try await Plugins.endings
        expect(
            try await launch(.ranks(n), [endings, "leave", "0", traces.path, "1"], environment: environment),
            status: 0
        )
        expect(
            try await launch(.ranks(n), [endings, "leave", "5", traces.path, "60000"], environment: environment),
            status: 5
        )
    }

    @Test("Rank 0 warns once of a thread level below SERIALIZED", arguments: ["funneled", "single"])
    func below(level: String) async throws {
        let result = try await launch(
            .ranks(3),
            [try await Plugins.endings, "workers"],
            environment: ["MPIFUTURES_THREAD_LEVEL": level]
        )
        let warning =
            "MPI provides only MPI_THREAD_\(level.uppercased()), and the pool's thread calls MPI; "
            + "do not call MPI in the program"
        expect(result, status: 0, stdout: "2\n", stderr: "mpifutures: warning: \(warning)\n")
    }
}

/// MPICH 4 often hangs in `MPI_Finalize` when its messages go through TCP.
@Suite("A job whose messages go through TCP")
struct NetworkTests {
    private let network: [String: String?] = ["UCX_TLS": "tcp,self"]

    @Test("A job whose messages go through TCP ends with the program's status", arguments: [0, 0, 0, 4, 4])
    func ends(status: Int) async throws {
        let result = try await launch(
            .ranks(3),
            [try await Plugins.endings, "exit", "\(status)"],
            environment: network
        )
        expect(result, status: status)
    }

    @Test("A job whose messages go through TCP ends with its work done, or dropped")
    func work() async throws {
        let endings = try await Plugins.endings
        let traces = try TemporaryDirectory()
        expect(try await launch(.ranks(3), [endings, "leave", "0", traces.path, "1"], environment: network), status: 0)
        expect(
            try await launch(.ranks(3), [endings, "leave", "8", traces.path, "60000"], environment: network),
            status: 8
        )
    }

    @Test(
        "A job whose messages go through TCP is ended by the watchdog if MPI_Finalize is asked for and hangs",
        arguments: [0, 0, 0, 4]
    )
    func watchdog(status: Int) async throws {
        let result = try await launch(
            .ranks(3),
            [try await Plugins.endings, "exit", "\(status)"],
            environment: network.merging(["MPIFUTURES_FINALIZE_TIMEOUT": "0.5"]) { $1 }
        )
        expect(result, status: status)
    }
}
