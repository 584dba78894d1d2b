import Support
import Testing

@Suite("Messages")
struct MessageTests {
    private let sizes = [0, 1, 65_536, 8_388_608]

    @Test("Messages arrive whole, whatever their size", arguments: rankCounts)
    func sizes(n: Int) async throws {
        try await expectRankProgram(n: n, ["messages"] + sizes.map(String.init)) { rank in
            sizes.enumerated().map { tag, count in
                "\(count) bytes from \((rank + n - 1) % n), tag \(tag), intact"
            }
        }
    }

    @Test("Messages arrive whole over TCP too", arguments: [2, 3])
    func overTCP(n: Int) async throws {
        // MPICH 4 often hangs in MPI_Finalize over TCP.
        let environment = ["UCX_TLS": "tcp,self", "UCX_NET_DEVICES": "lo", "RANK_PROGRAM_LEAVES": "1"]
        try await expectRankProgram(n: n, ["messages", "1", "8388608"], environment: environment) { rank in
            [1, 8_388_608].enumerated().map { tag, count in
                "\(count) bytes from \((rank + n - 1) % n), tag \(tag), intact"
            }
        }
    }

    @Test("Messages are chosen by source and tag, and keep their order", arguments: rankCounts)
    func order(n: Int) async throws {
        try await expectRankProgram(n: n, ["order"]) { _ in ["\(100 * n) messages in order"] }
    }

    @Test("Messages travel many at once, and one that fails costs no other", arguments: rankCounts)
    func many(n: Int) async throws {
        try await expectRankProgram(n: n, ["many"]) { _ in
            ["200 requests, failed: [\"request 41: MPI_ERR_TRUNCATE\"]"]
        }
    }

    @Test(
        "Messages reach the right one of many threads",
        arguments: ["MPI_THREAD_SERIALIZED", "MPI_THREAD_MULTIPLE"],
        rankCounts
    )
    func threads(level: String, n: Int) async throws {
        try await expectRankProgram(n: n, ["threads", "8", "50"], environment: ["RANK_PROGRAM_LEVEL": level]) { _ in
            ["\(level): 400 exchanges"]
        }
    }
}
