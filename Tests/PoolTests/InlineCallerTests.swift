import Glibc
import Identities
import Linux
import Support
import Testing
import Waiting
import Wire

@testable import Pool

@Suite("Callers that run the dispatcher inline", .inTurn, .hangGuarded)
struct InlineCallerTests {
    private let transport: AnsweringTransport
    private let pool: Pool
    private let queue: TaskQueue

    init() throws {
        transport = try AnsweringTransport()
        pool = try Pool(transport: transport, describeFailure: { String(decoding: $0, as: UTF8.self) })
        queue = pool.open(ExecutorSetup())
    }

    private func submit() throws -> FutureCore {
        let callable = pool.callables.id(of: CallableDefinition(name: "test", encoding: .trivial))
        let future = FutureCore()
        try queue.append(callable: callable, arguments: UnsafeRawBufferPointer(start: nil, count: 0), future: future)
        return future
    }

    private func leave() {
        queue.close(cancelQueued: false)
        pool.stop()
        #expect(pool.stopped.wait(until: .after(hangTime)) != nil)
    }

    @Test("Callers that run the dispatcher inline send what they submit themselves while it sleeps")
    func sending() throws {
        for _ in 0..<10_000 where !transport.hasSent(AnsweringTransport.thisThread) {
            #expect(try submit().wait(until: .after(hangTime), helping: pool) != nil)
        }
        #expect(transport.hasSent(AnsweringTransport.thisThread))
        leave()
    }

    @Test("Callers that run the dispatcher inline find every result without the deadline of a sleep")
    func many() throws {
        let seed = SeededGenerator().seed
        let threads = try (0..<6).map { number in
            try Linux.Thread(name: "caller") {
                var random = SeededGenerator(seed: seed &+ UInt64(number))
                for _ in 0..<1000 {
                    var futures = (0..<Int.random(in: 1...4, using: &random)).compactMap { _ in try? submit() }
                    if Int.random(in: 0..<20, using: &random) == 0 { usleep(.random(in: 0..<300, using: &random)) }
                    futures.shuffle(using: &random)
                    // Some are left to the thread.
                    for future in futures {
                        let helped = Bool.random(using: &random) ? pool : nil
                        #expect(future.wait(until: .after(hangTime), helping: helped) != nil, "seed \(seed)")
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        leave()
    }

    @Test("Callers that run the dispatcher inline do not delay its end")
    func ending() throws {
        let futures = try (0..<100).map { _ in try submit() }
        let caller = try Linux.Thread(name: "caller") {
            for future in futures { _ = future.wait(until: .after(hangTime), helping: pool) }
        }
        leave()
        caller.join()
        #expect(!futures.contains { !$0.phase.isDone })
        // Nobody is there to do it for.
        #expect(!pool.wait { false })
    }
}
