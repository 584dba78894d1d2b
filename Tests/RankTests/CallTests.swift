import Support
import Testing

@Suite("Calls over MPI")
struct CallTests {
    @Test("Calls over MPI need no deadline of a sleep for any frame, whatever their size", arguments: [2, 3])
    func deadlines(n: Int) async throws {
        let sizes = [8, 5_000, 10_000, 20_000, 100_000, 1_000_000]
        try await expectRankProgram(n: n, ["calls", "200"] + sizes.map(String.init)) { rank in
            [rank == 0 ? "\(200 * sizes.count) results" : "served"]
        }
    }
}
