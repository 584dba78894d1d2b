import Support
import Testing

/// Variables by which a starter that MPICH does not know tells its processes what they are.
struct ForeignStarter: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let variables: @Sendable (_ rank: Int) -> [String: String?]

    static let all = [
        ForeignStarter(testDescription: "Open MPI's mpiexec") { rank in
            ["OMPI_COMM_WORLD_SIZE": "3", "OMPI_COMM_WORLD_RANK": "\(rank)", "PMIX_RANK": "\(rank)"]
        },
        ForeignStarter(testDescription: "srun") { rank in
            ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "3", "SLURM_PROCID": "\(rank)"]
        },
    ]
}

@Suite("A starter that MPI does not know")
struct StarterTests {
    @Test(
        "A starter that MPI does not know is refused by all processes, and one of them says so",
        arguments: ForeignStarter.all,
        [[], ["--workers", "2"]]
    )
    func refused(starter: ForeignStarter, options: [String]) async throws {
        for rank in 0..<3 {
            let result = try await launch(
                .alone,
                options + ["-c", #"sh("echo made")"#],
                environment: starter.variables(rank)
            )
            #expect(result.status == .exited(2), "\(result)")
            #expect(result.stdout.text == "")
            guard rank == 0 else {
                #expect(result.stderr.text == "")
                continue
            }
            #expect(result.stderr.lines.count == 1, "\(result)")
            let line = result.stderr.text
            #expect(line.hasPrefix("mpifutures: \(starter.testDescription) started 3 processes, "), "\(line)")
            #expect(line.contains("MPI library in use is MPICH"), "\(line)")
        }
    }

    @Test("A starter that MPI does not know is taken if the user says so", arguments: ForeignStarter.all)
    func overruled(starter: ForeignStarter) async throws {
        var environment = starter.variables(1)
        environment["MPIFUTURES_ALLOW_SINGLETONS"] = "1"
        expect(
            try await launch(.alone, ["-c", #"sh("echo made")"#], environment: environment),
            status: 0,
            stdout: "made\n"
        )
    }

    @Test("A starter that MPI does not know may have started the mpiexec that started this job", arguments: [1, 3])
    func outer(n: Int) async throws {
        for starter in ForeignStarter.all {
            let calls = ["-c", #"sh("echo made $SLURM_PROCID$OMPI_COMM_WORLD_RANK")"#]
            let result = try await launch(.ranks(n), calls, environment: starter.variables(0))
            expect(result, status: 0, stdout: "made\n")
        }
    }

    @Test("A starter that MPI does not know is not Slurm's batch script")
    func batchScript() async throws {
        let environment = ["SLURM_PROCID": "0", "SLURM_JOB_ID": "7", "SLURM_NTASKS": "17"]
        expect(
            try await launch(.alone, ["-c", #"sh("echo made")"#], environment: environment),
            status: 0,
            stdout: "made\n"
        )
    }
}
