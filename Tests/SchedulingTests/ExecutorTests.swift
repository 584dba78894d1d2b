import Identities
import Scheduling
import Testing

@Suite("Executors")
struct ExecutorTests {
    @Test("Executors take turns, frame by frame, however long one's queue is")
    func fairness() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 1_000_000, executor: 1)
        for _ in 0..<10 { #expect(scheduler.serve()?.executor == 1) }
        scheduler.queueChanged(to: 3, executor: 2)
        let turns = (0..<8).map { _ in scheduler.serve()?.executor }
        #expect(turns == [1, 2, 1, 2, 1, 2, 1, 1] || turns == [2, 1, 2, 1, 2, 1, 1, 1])
    }

    @Test("Executors all get the same number of turns")
    func manyExecutors() {
        var scheduler = Scheduler(workers: 3)
        for executor: UInt32 in 1...50 {
            scheduler.queueChanged(to: 1000 * Int(executor), executor: ExecutorID(executor))
        }
        var turns: [ExecutorID: Int] = [:]
        for _ in 0..<500 {
            guard let batch = scheduler.serve() else { break }
            turns[batch.executor, default: 0] += 1
        }
        #expect(turns.count == 50)
        #expect(turns.values.allSatisfy { $0 == 10 })
    }

    @Test("Executors that are closed get no more batches")
    func closed() {
        var scheduler = Scheduler(workers: 2)
        scheduler.queueChanged(to: 100, executor: 1)
        scheduler.queueChanged(to: 1, executor: 2)
        scheduler.executorClosed(1)
        #expect(scheduler.sendAll().map(\.executor) == [2])
    }

    @Test("Executors that are closed do not count in the length of the queue")
    func closedLength() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 1000, executor: 1)
        scheduler.queueChanged(to: 2, executor: 2)
        scheduler.executorClosed(1)
        // One task is left when the first is out: too few for a second frame.
        #expect(scheduler.sendAll().count == 1)
    }

    @Test("Executors may be closed while a batch of theirs is made or under way")
    func closedUnderWay() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 5, executor: 1)
        let batch = scheduler.nextBatch()
        scheduler.executorClosed(1)
        if let batch { scheduler.carriedOut(batch, taken: 1, sent: 1, expected: 1000) }
        scheduler.answer(0)
        scheduler.queueChanged(to: 1, executor: 2)
        #expect(scheduler.send()?.executor == 2)
        scheduler.executorClosed(1)
        scheduler.executorClosed(99)
    }

    @Test("Executors whose tasks were all cancelled leave their turn to the others")
    func cancelled() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 10, executor: 1)
        scheduler.queueChanged(to: 10, executor: 2)
        scheduler.queueChanged(to: 0, executor: 1)
        #expect(scheduler.serve()?.executor == 2)
        #expect(scheduler.serve()?.executor == 2)
    }
}

extension Scheduler {
    /// Sends a task and has it answered.
    mutating func serve() -> Batch? {
        guard let batch = send(expected: 1000) else { return nil }
        answer(batch.worker, expected: 1000)
        return batch
    }
}
