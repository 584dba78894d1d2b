import Identities
import Scheduling
import Testing

@Suite("A batch")
struct BatchTests {
    @Test("A batch comes only when there is a task and a worker")
    func needsBoth() {
        var scheduler = Scheduler()
        #expect(scheduler.nextBatch() == nil)
        scheduler.queueChanged(to: 1, executor: 7)
        #expect(scheduler.nextBatch() == nil)
        scheduler.workerJoined(0)
        #expect(scheduler.send()?.executor == 7)
        #expect(scheduler.nextBatch() == nil)
    }

    @Test("A batch names the worker that can take it and the executor that has the tasks")
    func namesBoth() {
        var scheduler = Scheduler()
        scheduler.workerJoined(3)
        scheduler.queueChanged(to: 1, executor: 9)
        let batch = scheduler.nextBatch()
        #expect(batch?.worker == 3)
        #expect(batch?.executor == 9)
        #expect(batch?.maximumTasks == 1)
    }

    @Test(
        "A batch takes no more than half of a worker's share of the queue",
        arguments: [1, 2, 3, 16, 64],
        [1, 2, 7, 100, 5000]
    )
    func tail(workers: Int, queued: Int) {
        var scheduler = Scheduler(workers: workers)
        scheduler.queueChanged(to: queued, executor: 1)
        #expect(scheduler.nextBatch()?.maximumTasks == max(1, queued / (2 * workers)))
    }

    @Test("A batch shrinks to one task at the tail of a map")
    func shrinks() {
        var scheduler = Scheduler(workers: 4)
        var queued = 1000
        var sizes: [Int] = []
        scheduler.queueChanged(to: queued, executor: 1)
        while queued > 0, let batch = scheduler.nextBatch() {
            sizes.append(batch.maximumTasks)
            queued -= batch.maximumTasks
            scheduler.carriedOut(batch, taken: batch.maximumTasks, sent: batch.maximumTasks, expected: 0)
            scheduler.answer(batch.worker, tasks: batch.maximumTasks, expected: 0)
        }
        #expect(queued == 0)
        #expect(sizes == sizes.sorted(by: >))
        #expect(sizes.first == 125)
        #expect(sizes.suffix(8).allSatisfy { $0 == 1 })
    }

    @Test("A batch takes no more than the policy's limit")
    func limit() {
        var policy = Scheduler.Policy()
        policy.tasksPerFrame = 100
        var scheduler = Scheduler(workers: 1, policy: policy)
        scheduler.queueChanged(to: 1_000_000, executor: 1)
        #expect(scheduler.nextBatch()?.maximumTasks == 100)
    }

    @Test("A batch carries the policy's frame time as its budget")
    func budget() {
        var policy = Scheduler.Policy()
        policy.frameTime = 12_345
        var scheduler = Scheduler(workers: 1, policy: policy)
        scheduler.queueChanged(to: 5, executor: 1)
        #expect(scheduler.nextBatch()?.budget == 12_345)
    }

    @Test("A batch for which no task was found leaves the worker idle")
    func empty() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 3, executor: 1)
        #expect(scheduler.nextBatch().map { scheduler.carriedOut($0, taken: 3, sent: 0, expected: 0) } != nil)
        #expect(scheduler.nextBatch() == nil)
        scheduler.queueChanged(to: 1, executor: 1)
        #expect(scheduler.send()?.worker == 0)
    }

    @Test("A batch that found an empty queue is the last one of its executor until that has tasks again")
    func emptied() {
        var scheduler = Scheduler(workers: 2)
        scheduler.queueChanged(to: 1000, executor: 1)
        #expect(scheduler.nextBatch().map { scheduler.carriedOut($0, taken: 0, sent: 0, expected: 0) } != nil)
        #expect(scheduler.nextBatch() == nil)
        scheduler.queueChanged(to: 1, executor: 1)
        #expect(scheduler.send() != nil)
    }

    @Test("A batch may take tasks that the scheduler has not heard of yet")
    func takesMore() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 2, executor: 1)
        #expect(scheduler.nextBatch().map { scheduler.carriedOut($0, taken: 5, sent: 5, expected: 10) } != nil)
        scheduler.answer(0, tasks: 5, expected: 10)
        #expect(scheduler.nextBatch() == nil)
        scheduler.queueChanged(to: 1, executor: 1)
        #expect(scheduler.send() != nil)
    }
}
