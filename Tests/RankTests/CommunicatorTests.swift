import Testing

@Suite("Communicators")
struct CommunicatorTests {
    @Test(
        "Communicators are duplicated, divided and freed, and keep their messages to themselves",
        arguments: rankCounts
    )
    func making(n: Int) async throws {
        try await expectRankProgram(n: n, ["communicators"]) { rank in
            // The last rank stays out; the others are divided by parity, with the highest first.
            let part = (0..<n - 1).filter { $0 % 2 == rank % 2 }.sorted(by: >)
            let place = part.firstIndex(of: rank)
            return [place.map { "part \(rank % 2): rank \($0) of \(part.count)" } ?? "in no part"]
        }
    }

    @Test("Communicators join rank 0 with all other ranks, who serve it", arguments: [2, 3, 5])
    func inter(n: Int) async throws {
        try await expectRankProgram(n: n, ["intercommunicator"]) { rank in
            rank == 0
                ? ["inter: rank 0 of 1, remote \(n - 1)", "\(n - 1) replies"]
                : ["inter: rank \(rank - 1) of \(n - 1), remote 1", "served"]
        }
    }

    @Test("Communicators carry the operations of a hand-shake", arguments: rankCounts)
    func collectives(n: Int) async throws {
        try await expectRankProgram(n: n, ["collectives"]) { _ in [] }
    }
}
