import Identities
import Scheduling

extension Scheduler {
    /// A scheduler with workers that are idle.
    init(workers: Int, policy: Policy = Policy()) {
        self.init(policy: policy)
        for worker in 0..<workers { workerJoined(WorkerID(worker)) }
    }

    /// The next batch, sent whole with so many tasks; nil when there is none.
    mutating func send(_ tasks: Int = 1, expected: UInt64 = 1000) -> Batch? {
        guard let batch = nextBatch() else { return nil }
        carriedOut(batch, taken: tasks, sent: tasks, expected: expected)
        return batch
    }

    /// All batches that can be sent now, each with one task.
    mutating func sendAll(expected: UInt64 = 1000) -> [Batch] {
        var batches: [Batch] = []
        while let batch = send(expected: expected) { batches.append(batch) }
        return batches
    }

    /// A worker answers a frame of tasks that took `each` nanoseconds.
    mutating func answer(
        _ worker: WorkerID,
        tasks: Int = 1,
        callable: CallableID = 0,
        each: UInt64 = 1000,
        expected: UInt64 = 1000
    ) {
        answered(
            worker: worker,
            tasks: tasks,
            callable: callable,
            nanoseconds: each * UInt64(tasks),
            finishedFrame: expected
        )
    }
}
