import Support
import Testing

@Suite("A program started by a foreign starter", .serialized)
struct StarterTests {
    @Test(
        "A program started by a foreign starter ends in all processes before it starts workers, and one of them says why"
    )
    func refused() async throws {
        for rank in 0..<3 {
            let environment = ["OMPI_COMM_WORLD_SIZE": "3", "OMPI_COMM_WORLD_RANK": "\(rank)"]
            let result = try await start(["squares", "10"], environment: environment)
            #expect(result.status == .exited(2), "\(result)")
            #expect(result.stdout.text == "")
            #expect(result.stderr.lines.count == (rank == 0 ? 1 : 0), "\(result)")
            if rank == 0 {
                #expect(
                    result.stderr.text.hasPrefix("mpifutures: Open MPI's mpiexec started 3 processes, "),
                    "\(result)"
                )
            }
        }
    }

    @Test("A program started by a foreign starter starts workers if the user says so")
    func overruled() async throws {
        let environment = [
            "OMPI_COMM_WORLD_SIZE": "3", "OMPI_COMM_WORLD_RANK": "1", "MPIFUTURES_ALLOW_SINGLETONS": "1",
        ]
        expect(try await start(["squares", "10"], environment: environment), stdout: "begun\nright\n")
    }
}
