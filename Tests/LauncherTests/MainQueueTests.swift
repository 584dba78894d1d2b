import Support
import Testing

@Suite("Calls that use the main actor and the main queue, and the stack of a main thread")
struct MainQueueTests {
    @Test(
        "Calls on the main actor, the main queue and a deep stack return on workers of any number, and on threads",
        arguments: [Start.alone, .ranks(1), .ranks(2), .ranks(3)]
    )
    func launched(start: Start) async throws {
        expect(try await launch(start, [try await Plugins.mainQueue]), status: 0, stdout: "20\n")
    }

    @Test("Calls on the main actor, the main queue and a deep stack return on workers that the launcher starts")
    func ownWorkers() async throws {
        let result = try await launch(.alone, ["--workers", "2", try await Plugins.mainQueue])
        expect(result, status: 0, stdout: "20\n")
    }

    @Test("Calls on the main actor, the main queue and a deep stack return on workers that a program starts")
    func ownProgram() async throws {
        let program = try await Plugins.mainQueueProgram
        let result = try await launch(.alone, [], program: program, environment: ["MPIFUTURES_MAX_WORKERS": "2"])
        expect(result, status: 0, stdout: "20\n")
    }

    @Test(
        "Calls on the main actor, the main queue and a deep stack return on the ranks of a communicator",
        arguments: ["divided", "divided asynchronously"]
    )
    func divided(way: String) async throws {
        let program = try await Plugins.mainQueueProgram
        expect(try await launch(.ranks(3), [way], program: program), status: 0, stdout: "20\n")
    }

    @Test("Calls on the main actor, the main queue and a deep stack return where MPI permits one thread at a time")
    func serialized() async throws {
        let environment = ["MPIFUTURES_THREAD_LEVEL": "serialized"]
        let result = try await launch(.ranks(3), [try await Plugins.mainQueue], environment: environment)
        expect(result, status: 0, stdout: "20\n")
    }
}
