import Support
import Testing

@Suite("The MPI environment")
struct EnvironmentTests {
    private func facts(rank: Int, of n: Int, level: String = "MPI_THREAD_MULTIPLE", universe: String) -> [String] {
        [
            "rank \(rank) of \(n)",
            "level \(level)",
            "again \(level)",
            "phase active, initialized true, finalized false",
            "universe \(universe)",
        ]
    }

    @Test("The MPI environment says who is there and what threads may do", arguments: rankCounts)
    func facts(n: Int) async throws {
        try await expectRankProgram(n: n, ["environment"]) { facts(rank: $0, of: n, universe: "unknown") }
    }

    @Test("The MPI environment has the size of the universe where mpiexec was told")
    func universe() async throws {
        try await expectRankProgram(n: 1, ["environment"], options: ["-usize", "17"]) {
            facts(rank: $0, of: 1, universe: "17")
        }
    }

    @Test("The MPI environment works in a process without mpiexec, where asking MPICH for the universe would hang")
    func singleton() async throws {
        let none: [String: String?] = ["PMI_FD": nil, "PMI_PORT": nil, "PMI_RANK": nil]
        let program = try BuildProducts.path(of: "RankProgram")
        let result = try await runProcess(program, ["environment"], environment: none)
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines == facts(rank: 0, of: 1, universe: "unknown").map { "0: \($0)" })
        #expect(result.stderr.text == "")
    }

    @Test(
        "The MPI environment provides no more than what was asked for, and says so",
        arguments: ["MPI_THREAD_SINGLE", "MPI_THREAD_FUNNELED", "MPI_THREAD_SERIALIZED"]
    )
    func level(name: String) async throws {
        try await expectRankProgram(n: 2, ["environment"], environment: ["RANK_PROGRAM_LEVEL": name]) {
            facts(rank: $0, of: 2, level: name, universe: "unknown")
        }
    }

    @Test("The MPI environment is joined and left alone where the program has started it by itself", arguments: [1, 3])
    func join(n: Int) async throws {
        try await expectRankProgram(n: n, ["join"]) { _ in
            ["joined true, level MPI_THREAD_SERIALIZED", "phase active, finalized false"]
        }
    }

    @Test("The MPI environment lets a watchdog see that it is ending, also where MPI calls are serialised")
    func finalize() async throws {
        for level in ["MPI_THREAD_SERIALIZED", "MPI_THREAD_MULTIPLE"] {
            try await expectRankProgram(n: 3, ["finalize"], environment: ["RANK_PROGRAM_LEVEL": level]) { _ in
                ["finalized, and seen from another thread"]
            }
        }
    }

    @Test("The MPI environment can be left without its end, by each rank in its own time", arguments: rankCounts)
    func leave(n: Int) async throws {
        let result = try await runRankProgram(n: n, ["leave", "3"])
        #expect(result.status == .exited(3), "\(result)")
        #expect(result.stdout.sortedLines == (0..<n).map { "\($0): leaves" })
        #expect(result.stderr.text == "")
    }

    @Test("The MPI environment can be left without its end, by a regular exit", arguments: rankCounts)
    func announce(n: Int) async throws {
        let result = try await runRankProgram(n: n, ["announce", "4"])
        #expect(result.status == .exited(4), "\(result)")
        #expect(result.stdout.sortedLines == (0..<n).map { "\($0): reaches its end" })
        #expect(result.stderr.text == "")
    }

    @Test(
        "The MPI environment is killed by one rank, with any status and without a word",
        arguments: [1, 3],
        [0, 1, 77, 255]
    )
    func kill(n: Int, status: Int) async throws {
        let result = try await runRankProgram(n: n, ["kill", "\(status)"])
        #expect(result.status == .exited(status), "\(result)")
        #expect(result.stdout.text == "")
        #expect(result.stderr.text == "")
    }

    @Test(
        "The MPI environment ends the whole job when one rank aborts",
        arguments: [(7, 7), (255, 255), (256, 1), (0, 1), (-3, 1)]
    )
    func abort(code: Int, status: Int) async throws {
        let result = try await runRankProgram(n: 3, ["abort", "\(code)"])
        #expect(result.status == .exited(status))
    }

    @Test("The MPI environment leaves the signals of a crash to the program")
    func crash() async throws {
        // Without the Swift runtime's own handlers, which UCX's would otherwise lead to.
        let result = try await runRankProgram(n: 2, ["crash"], environment: ["SWIFT_BACKTRACE": "enable=no"])
        #expect(result.status == .exited(11), "mpiexec passes the number of the signal on")
        #expect(!result.stderr.text.contains("backtrace"))
    }
}
