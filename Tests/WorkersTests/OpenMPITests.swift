import Support
import Testing

/// Where Open MPI is: see `OtherMPI`.
@Suite(
    "Workers that Open MPI starts",
    .serialized,
    .enabled(if: OtherMPI.openMPI != nil, "MPIFUTURES_TEST_OPENMPI names no MPI")
)
struct OpenMPITests {
    private var environment: [String: String?] { ["MPIFUTURES_MPIEXEC": OtherMPI.openMPI?.mpiexec] }

    @Test("Workers that Open MPI starts make calls, for a program that nothing has started")
    func relay() async throws {
        expect(try await start(["squares", "10"], environment: environment), stdout: "begun\nright\n")
    }

    @Test("Workers that Open MPI starts have the surroundings that the options say")
    func surroundings() async throws {
        let directory = try TemporaryDirectory()
        let variables = environment.merging(["MPIFUTURES_PATH": "/usual"]) { $1 }
        let result = try await start(["surroundings", directory.path], environment: variables)
        let line =
            "first|second one; \(directory.path); a b=c; ''; /some/where:/else where:/usual; 0.007; unset; value\n"
        expect(result, stdout: line + line)
    }

    @Test("Workers that Open MPI cannot start break the executor at once, with the words of its mpiexec")
    func noHost() async throws {
        let mpiexec = "\(OtherMPI.openMPI?.mpiexec ?? "") --no-such-option"
        let result = try await start(["start", ""], environment: ["MPIFUTURES_MPIEXEC": mpiexec])
        expectBroken(result, ["before they served", "no-such-option"])
    }

    @Test("Workers that Open MPI starts report a command that fails in the status of mpiexec", arguments: [0, 3])
    func status(status: Int) async throws {
        guard let openMPI = OtherMPI.openMPI else { return }
        let result = try await mpiexec(
            n: 3,
            launcher: openMPI.mpiexec,
            options: openMPI.options,
            try BuildProducts.path(of: "mpifutures"),
            ["-c", "sh(\"exit \(status)\")"]
        )
        #expect(result.status == .exited(status == 0 ? 0 : 1), "\(result)")
    }
}
