import Identities
import Scheduling
import Support
import Testing

@Suite("Workers")
struct WorkerTests {
    @Test("Workers are counted as they join, in any order, and as they are lost")
    func counted() {
        var scheduler = Scheduler()
        for worker: WorkerID in [5, 0, 3] { scheduler.workerJoined(worker) }
        #expect(scheduler.workerCount == 3)
        scheduler.workerLost(0)
        scheduler.workerLost(0)
        scheduler.workerLost(1)
        scheduler.workerLost(100)
        #expect(scheduler.workerCount == 2)
    }

    @Test("Workers that are lost get nothing more, be they idle or busy")
    func lost() {
        var scheduler = Scheduler(workers: 3)
        scheduler.workerLost(2)
        scheduler.queueChanged(to: 100, executor: 1)
        #expect(scheduler.send()?.worker == 1)
        scheduler.workerLost(1)
        scheduler.answer(1)
        #expect(Set(scheduler.sendAll().map(\.worker)) == [0])
    }

    @Test("Workers that have just answered are taken first, since they are still awake")
    func lastIsFirst() {
        var scheduler = Scheduler(workers: 4)
        scheduler.queueChanged(to: 4, executor: 1)
        _ = scheduler.sendAll()
        for worker: WorkerID in [2, 0, 3, 1] { scheduler.answer(worker) }
        scheduler.queueChanged(to: 4, executor: 1)
        #expect(scheduler.sendAll().map(\.worker) == [1, 3, 0, 2])
    }

    @Test("Workers get larger shares when others are lost")
    func shares() {
        var scheduler = Scheduler(workers: 10)
        for worker in 1..<10 { scheduler.workerLost(WorkerID(worker)) }
        scheduler.queueChanged(to: 100, executor: 1)
        #expect(scheduler.nextBatch()?.maximumTasks == 50)
    }

    @Test("Workers that are all lost end the batches")
    func none() {
        var scheduler = Scheduler(workers: 2)
        scheduler.queueChanged(to: 100, executor: 1)
        scheduler.workerLost(0)
        scheduler.workerLost(1)
        #expect(scheduler.nextBatch() == nil)
    }

    /// A scan of all workers or of all executors for each task would take minutes here.
    @Test("Workers cost the same work for each task, however many there are", .hangGuarded)
    func constantWork() {
        let (workers, executors, tasks) = (10_000, 5_000, 100_000)
        var scheduler = Scheduler(workers: workers)
        for executor in 0..<executors {
            scheduler.queueChanged(to: tasks / executors, executor: ExecutorID(UInt32(executor)))
        }
        var sent = 0
        while sent < tasks {
            let batches = scheduler.sendAll(expected: 2_000_000)
            sent += batches.count
            for batch in batches { scheduler.answer(batch.worker, expected: 2_000_000) }
        }
        #expect(sent == tasks)
    }
}
