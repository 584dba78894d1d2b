import Behaviours
import Support
import Testing

#if !THREAD_SANITIZER && !ADDRESS_SANITIZER

    @Suite("Executors of communicators", .serialized)
    struct CommunicatorTests {
        /// What has to hold at any number of ranks, shown by all of them together.
        @Test("Executors of communicators hold to every behaviour of theirs", arguments: [1, 2, 3, 5])
        func holds(ranks: Int) async throws {
            let scratch = Scratch.make()
            defer { scratch.remove() }
            let program = try BuildProducts.path(of: "BehaviourProgram")
            let result = try await mpiexec(n: ranks, program, [scratch.path], allowed: .seconds(120))
            let report = Report(parsing: result.stdout.lines)
            for behaviour in CommunicatorBehaviour.all {
                let verdict = report.verdicts[behaviour.name]
                #expect(verdict == .holds, "\(behaviour.name)")
            }
            #expect(report.ends == ranks && result.status == .exited(0) && result.leftovers.isEmpty, "\(result)")
        }
    }

#endif
