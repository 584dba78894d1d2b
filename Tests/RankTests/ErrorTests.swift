import Support
import Testing

@Suite("MPI errors")
struct ErrorTests {
    @Test("MPI errors are thrown with the name of the call and MPI's class, and the job goes on", arguments: rankCounts)
    func funnel(n: Int) async throws {
        try await expectRankProgram(n: n, ["errors"]) { _ in
            ["world", "duplicate"].flatMap { communicator in
                [
                    "rank \(n): MPI_Isend: MPI_ERR_RANK",
                    "rank -1: MPI_Isend: MPI_ERR_RANK",
                    "rank 2^40: MPI_Isend: MPI_ERR_RANK",
                    "tag -1: MPI_Isend: MPI_ERR_TAG",
                    "probe of \(n): MPI_Improbe: MPI_ERR_RANK",
                    "no remote: MPI_Comm_remote_size: MPI_ERR_COMM",
                    "root \(n): MPI_Ibcast: MPI_ERR_ROOT",
                ].map { "\(communicator), \($0)" }
            } + ["truncated: MPI_Test: MPI_ERR_TRUNCATE", "goes on"]
        }
    }

    @Test("MPI errors name the call and give MPI's own words, in one line on standard error")
    func uncaught() async throws {
        let result = try await runRankProgram(n: 1, ["uncaught"])
        #expect(result.status == .exited(99))
        let line = try #require(result.stderr.lines.first)
        #expect(line.hasPrefix("RankProgram: uncaught: MPI_Isend: MPI_ERR_RANK: Invalid rank"), "\(line)")
        #expect(line.contains("Invalid rank has value 1 but must be nonnegative and less than 1"), "\(line)")
    }
}
