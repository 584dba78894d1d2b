import Support
import Testing

@Suite("A size that no machine has memory for")
struct HugeResultTests {
    @Test(
        "A size that no machine has memory for fails the call that asks for it, and nothing else",
        arguments: [nil, 3]
    )
    func sizes(ranks: Int?) async throws {
        let library = "\(try TemporaryDirectory.shared.get().path)/libhuge-\(ranks ?? 0).so"
        try await buildCPlugin(["\(PackageFiles.root)/Tests/Fixtures/c/huge.c"], to: library)
        let launcher = try BuildProducts.path(of: "mpifutures")
        let result =
            if let ranks {
                try await mpiexec(n: ranks, launcher, [library])
            } else {
                try await runProcess(launcher, [library])
            }
        #expect(result.status == .exited(0), "\(result)")
        let lines = result.stdout.lines.map { line in line.replacing(#/failed on rank [^:]*: /#) { _ in "" } }
        #expect(
            lines == [
                "buffer: 4 buffer a result of 70368744177664 numbers is larger than memory",
                "wrapping_buffer: 4 wrapping_buffer a result of 2305843009213693953 numbers is larger than memory",
                "array: 4 array a result of 8796093022208 numbers is larger than memory",
                "bytes: 4 bytes there is no memory for a result of 70368744177664 bytes",
                "cbor: 4 cbor there is no memory for a result of 70368744177664 bytes",
                "fine: 0 ",
                "arguments: there is not enough memory for the arguments",
            ]
        )
    }
}
