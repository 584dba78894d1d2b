import MPIFutures
import Support
import Testing

@Suite("An asynchronous body", .timeLimit(.minutes(5)))
struct AsyncBodyTests {
    @Test("An asynchronous body runs on its caller's actor, uses its state and may return what is not Sendable")
    @MainActor func isolation() async throws {
        let log = Log()
        let same = try await ThreadPoolExecutor.with(maxWorkers: 1) { executor in
            for try await twice in try executor.map(Twice.init, 1...3) {
                MainActor.assertIsolated()
                log.entries.append(twice)
            }
            return log
        }
        #expect(same === log)
        #expect(log.entries == [2, 4, 6])
    }
}

/// Not Sendable.
private final class Log {
    var entries: [Int] = []
}

private struct Twice: RemoteCallable {
    var number: Int
    func callAsFunction() -> Int { 2 * number }
}
