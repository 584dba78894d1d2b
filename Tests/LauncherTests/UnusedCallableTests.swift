import Support
import Testing

/// The optimiser removes private types that nothing refers to, and internal ones too if it sees the whole module.
@Suite("Callables that their library does not use itself")
struct UnusedCallableTests {
    @Test(
        "Callables that their library does not use itself are in it, however it is compiled",
        arguments: [
            ["-Onone"], ["-O"], ["-O", "-wmo"], ["-Osize", "-wmo"], ["-O", "-wmo", "-Xlinker", "--gc-sections"],
        ]
    )
    func optimised(options: [String]) async throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.source, to: "unused.swift")
        try await buildPlugin(
            ["\(directory.path)/unused.swift"],
            module: "unused",
            to: "\(directory.path)/libunused.so",
            options: options
        )
        let listing = try await launch(.alone, ["--list", "unused"], workingDirectory: directory.path)
        expect(listing, status: 0, stdout: Self.listing)
        let calls = ["Hidden(x: 3)", "Space.Deep(x: 4)", "Choice(half: {})", "Late()", "Extended()"]
        let spec = calls.map { "unused.\($0)" }.joined(separator: "; ")
        let result = try await launch(.ranks(2), ["-c", spec], workingDirectory: directory.path)
        expect(result, status: 0, stdout: "3\n4\n2\n\"late\"\n5\n")
    }

    private static let source = """
        import MPIFutures

        private struct Hidden: RemoteCallable {
            var x: Int
            func callAsFunction() -> Int { x }
        }

        enum Space {
            final class Deep: RemoteCallable {
                let x: Int
                func callAsFunction() -> Int { x }
            }
        }

        enum Choice: RemoteCallable {
            case half
            case whole
            func callAsFunction() -> Int { self == .half ? 2 : 1 }
        }

        private protocol Tardy: AsyncRemoteCallable {}

        // A protocol of one's own does not do alone.
        struct Late: Tardy, AsyncRemoteCallable {
            func callAsFunction() async -> String { "late" }
        }

        struct Extended: Codable, Sendable {}

        extension Extended: RemoteCallable {
            func callAsFunction() -> Int { 5 }
        }

        """

    private static let listing = """
        unused.Choice() -> Int
        unused.Extended() -> Int
        unused.Hidden(x: Int) -> Int
        unused.Late() -> String
        unused.Space.Deep(x: Int) -> Int

        """
}
