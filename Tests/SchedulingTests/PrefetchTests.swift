import Identities
import Scheduling
import Testing

@Suite("A second frame")
struct PrefetchTests {
    private let policy = Scheduler.Policy()

    @Test("A second frame goes to a worker whose first one is short")
    func short() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 100, executor: 1)
        #expect(scheduler.sendAll(expected: policy.prefetchTime).count == 2)
    }

    @Test("A second frame does not go to a worker whose first one is long")
    func long() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 100, executor: 1)
        #expect(scheduler.sendAll(expected: policy.prefetchTime + 1).count == 1)
    }

    @Test("A second frame does not go out before every idle worker has a first one")
    func idleFirst() {
        var scheduler = Scheduler(workers: 8)
        scheduler.queueChanged(to: 1000, executor: 1)
        let workers = scheduler.sendAll().map(\.worker)
        #expect(workers.count == 16)
        #expect(Set(workers.prefix(8)) == Set((0..<8).map { WorkerID($0) }))
        #expect(Set(workers.suffix(8)) == Set((0..<8).map { WorkerID($0) }))
    }

    @Test("A second frame is kept for the next idle worker while the queue is short")
    func shortQueue() {
        var scheduler = Scheduler(workers: 4)
        // Four go to idle workers; then seven are left, fewer than two for each worker.
        scheduler.queueChanged(to: 11, executor: 1)
        #expect(scheduler.sendAll().count == 4)
        scheduler.queueChanged(to: 8, executor: 1)
        #expect(scheduler.sendAll().count == 1)
    }

    @Test("A second frame is never followed by a third", arguments: [1, 2, 3, 5])
    func window(framesPerWorker: Int) {
        var policy = policy
        policy.framesPerWorker = framesPerWorker
        var scheduler = Scheduler(workers: 3, policy: policy)
        scheduler.queueChanged(to: 10_000, executor: 1)
        let workers = scheduler.sendAll(expected: 0).map(\.worker)
        for worker in 0..<3 { #expect(workers.count { $0.number == worker } == framesPerWorker) }
    }

    @Test("A second frame can be sent again when one of two is answered")
    func again() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 100, executor: 1)
        #expect(scheduler.sendAll().count == 2)
        scheduler.answer(0)
        #expect(scheduler.sendAll().count == 1)
    }

    @Test("A second frame waits for the end of a frame, not for a part of its results")
    func parts() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 100, executor: 1)
        #expect(scheduler.sendAll().count == 2)
        scheduler.answered(worker: 0, tasks: 1, callable: 0, nanoseconds: 1000, finishedFrame: nil)
        #expect(scheduler.nextBatch() == nil)
    }

    @Test("A second frame goes out however much has been answered before")
    func longHistory() {
        var scheduler = Scheduler(workers: 1)
        for _ in 0..<2000 {
            scheduler.queueChanged(to: 1, executor: 1)
            #expect(scheduler.sendAll().count == 1)
            scheduler.answer(0)
        }
        scheduler.queueChanged(to: 100, executor: 1)
        #expect(scheduler.sendAll().count == 2)
    }

    @Test("A second frame does not go to a worker that could have taken one, and has a long first one by now")
    func staleOffer() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 100, executor: 1)
        #expect(scheduler.send() != nil)
        scheduler.answer(0)
        #expect(scheduler.send(expected: policy.prefetchTime + 1) != nil)
        #expect(scheduler.nextBatch() == nil)
        // When that is answered too, all is as in the beginning.
        scheduler.answer(0, expected: policy.prefetchTime + 1)
        #expect(scheduler.sendAll().count == 2)
    }
}
