import Foundation
import Behaviours
import Support
import Testing

/// What holds, on each transport. `MPIFUTURES_TEST_SEED` repeats a run's random numbers.
@Suite("Every behaviour holds", .serialized)
struct BehaviourTests {
    private static let allScratch: Scratch = {
        let scratch = Scratch.make()
        atexit { BehaviourTests.allScratch.remove() }
        return scratch
    }()

    @Test(
        "Every behaviour holds on each transport",
        arguments: Transport.available.flatMap { transport in cases(on: transport) }
    )
    func holds(one: Case) async throws {
        let verdict: Verdict?
        switch one.transport.runs {
        case .here(let source):
            await Turn.ofPools.take()
            verdict = await Self.run(one.behaviour, on: source, in: scratch(one.transport))
            await Turn.ofPools.pass()
        default: verdict = try await TransportRun.shared.job(on: one.transport).report.verdicts[one.behaviour.name]
        }
        switch verdict {
        case .holds: break
        case .fails(let reason): Issue.record("\(reason)")
        case .hangs: Issue.record("does not end within \(Behaviour.timeLimit)")
        case nil: Issue.record("was not run: an earlier one hangs")
        }
    }

    private func scratch(_ transport: Transport) -> Scratch { Self.allScratch.directory(transport.name) }

    struct Case: Sendable, CustomTestStringConvertible {
        let transport: Transport
        let behaviour: Behaviour
        var testDescription: String { "\(transport.name): \(behaviour.name)" }
    }

    private static func cases(on transport: Transport) -> [Case] {
        Behaviour.all(on: transport.abilities).map { Case(transport: transport, behaviour: $0) }
    }

    /// On a thread that Swift's concurrency does not need.
    private static func run(_ behaviour: Behaviour, on source: Context.Source, in scratch: Scratch) async -> Verdict {
        await withCheckedContinuation { continuation in
            behaviour.start(on: source, in: scratch) { continuation.resume(returning: $0) }
        }
    }

    @Test(
        "Every behaviour holds and leaves no process and no shared memory behind",
        arguments: Transport.available.filter { !$0.isHere }
    )
    func leavesNothing(transport: Transport) async throws {
        #expect(try await TransportRun.shared.job(on: transport).left == [])
    }

    #if !THREAD_SANITIZER && !ADDRESS_SANITIZER
        @Test(
            "Every behaviour holds on processes that MPI spawns",
            .enabled(if: SpawningMPI.here != nil, "MPIFUTURES_TEST_MPICH names no MPI")
        )
        func spawning() async throws {
            let spawning = Transport.available.filter { if case .spawner = $0.runs { true } else { false } }
            for transport in spawning {
                #expect(try await TransportRun.shared.job(on: transport).report.ends == 1)
            }
        }
    #endif

    @Test("Every behaviour has a name of its own")
    func names() {
        let names = Behaviour.all.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
