import Foundation
import Support
import Testing

@Suite("The end of a program")
struct EndingTests {
    @Test("A program whose main returns a status ends with that status", arguments: Start.all, [0, 3, 255])
    func mainReturns(start: Start, status: Int) async throws {
        let plugin = try await Plugins.status
        expect(try await launch(start, [plugin, "\(status)"]), status: status, stdout: "\(plugin)\n\(status)\n")
    }

    @Test("run() returns on any number of ranks", arguments: [1, 2, 3, 5, 17])
    func runReturns(n: Int) async throws {
        expect(try await launch(.ranks(n), [try await Plugins.endings]), status: 0)
    }

    @Test("exit() inside the program sets the status", arguments: Start.all, [0, 1, 77])
    func exitInside(start: Start, status: Int) async throws {
        expect(try await launch(start, [try await Plugins.endings, "exit", "\(status)"]), status: status)
    }

    @Test("exit(0) lets the queued work be done first", arguments: Start.all)
    func exitZeroFinishes(start: Start) async throws {
        let traces = try TemporaryDirectory()
        expect(try await launch(start, [try await Plugins.endings, "leave", "0", traces.path, "20"]), status: 0)
        #expect(try count(traces) == 20)
    }

    @Test("exit() with another status than 0 drops the queued work", arguments: Start.all)
    func exitOtherDrops(start: Start) async throws {
        let traces = try TemporaryDirectory()
        // Running tasks take a minute, longer than the run may take: they are not waited for either.
        expect(try await launch(start, [try await Plugins.endings, "leave", "7", traces.path, "60000"]), status: 7)
        #expect(try count(traces) <= workers(start))
    }

    @Test(
        "An error that leaves the program is reported and drops the queued work",
        arguments: Start.all,
        ["throw", "throw inside"]
    )
    func errorDrops(start: Start, scene: String) async throws {
        let traces = try TemporaryDirectory()
        let result = try await launch(start, [try await Plugins.endings, scene, traces.path])
        expect(result, status: 1, stderr: "mpifutures: refused: enough\n")
        // One more for each worker may have been on its way.
        #expect(try count(traces) <= 2 * workers(start))
    }

    @Test("Callbacks of the last calls still run when the program ends", arguments: Start.all)
    func callbacks(start: Start) async throws {
        let result = try await launch(start, [try await Plugins.endings, "callbacks", "20"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.sortedLines == (0..<20).map { "callback \($0)" }.sorted())
        #expect(result.stderr.text == "")
    }

    @Test("exit() may be called by a callback", arguments: Start.all)
    func exitInCallback(start: Start) async throws {
        expect(try await launch(start, [try await Plugins.endings, "exit in a callback"]), status: 3)
    }

    @Test("MPI_Finalize that does not come back is left behind, and the status is right", arguments: [0, 6])
    func stuckFinalize(status: Int) async throws {
        let result = try await launch(
            .ranks(3),
            [try await Plugins.endings, "exit", "\(status)"],
            environment: ["LD_PRELOAD": try await Plugins.stuck, "MPIFUTURES_FINALIZE_TIMEOUT": "0.3"]
        )
        expect(result, status: status)
    }

    private func count(_ directory: TemporaryDirectory) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).count
    }

    private func workers(_ start: Start) -> Int {
        if case .ranks(let n) = start, n > 1 { n - 1 } else { ProcessInfo.processInfo.activeProcessorCount }
    }
}
