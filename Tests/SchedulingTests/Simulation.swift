import Identities
import Scheduling
import Support

/// A pool in which everything happens at random, and which checks each decision of its scheduler.
struct Simulation {
    /// A rule that the scheduler broke.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    private struct Frame {
        let tasks: [Int]
        let executor: ExecutorID
        let expected: UInt64
    }

    private var random: SeededGenerator
    private let policy: Scheduler.Policy
    private var scheduler: Scheduler
    private var queues: [ExecutorID: [Int]] = [:]
    private var frames: [WorkerID: [Frame]] = [:]
    private var nextTask = 0
    private var nextWorker = 0
    private var nextExecutor: UInt32 = 1

    private var sent: Set<Int> = []
    private var cancelled: Set<Int> = []
    /// Tasks that went with a worker or with an executor that was closed.
    private var dropped: Set<Int> = []
    private var answered: Set<Int> = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var policy = Scheduler.Policy()
        policy.framesPerWorker = .random(in: 1...4, using: &random)
        policy.tasksPerFrame = .random(in: 1...50, using: &random)
        self.policy = policy
        scheduler = Scheduler(policy: policy)
    }

    /// Lets `steps` things happen, then lets the work end.
    mutating func run(steps: Int) throws(Violation) {
        join()
        for _ in 0..<steps {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<30: queue()
            case ..<65: answerSome()
            case ..<70: join()
            case ..<73: loseWorker()
            case ..<75: closeExecutor()
            case ..<78: try cancelQueue()
            default: break
            }
            try sendAll()
        }
        if frames.isEmpty {
            join()
            try sendAll()
        }
        while !frames.values.allSatisfy(\.isEmpty) {
            answerSome()
            try sendAll()
        }
        try checkEnd()
    }

    private func checkEnd() throws(Violation) {
        try check(queues.values.allSatisfy(\.isEmpty), "tasks were never sent: \(queues)")
        let all = answered.union(cancelled).union(dropped)
        try check(all.count == nextTask, "\(nextTask - all.count) of \(nextTask) tasks are lost")
        try check(sent.isDisjoint(with: cancelled), "cancelled tasks were sent")
        try check(answered.isSubset(of: sent), "an answer without a task")
    }

    private func check(_ holds: Bool, _ rule: @autoclosure () -> String) throws(Violation) {
        if !holds { throw Violation(description: rule()) }
    }
}

// MARK: - What happens

extension Simulation {
    private mutating func join() {
        scheduler.workerJoined(WorkerID(nextWorker))
        frames[WorkerID(nextWorker)] = []
        nextWorker += 1
    }

    /// The last worker stays: without any, nothing ends.
    private mutating func loseWorker() {
        guard frames.count > 1, let worker = frames.keys.sorted().randomElement(using: &random) else { return }
        for frame in frames.removeValue(forKey: worker) ?? [] { dropped.formUnion(frame.tasks) }
        scheduler.workerLost(worker)
    }

    private mutating func queue() {
        if queues.isEmpty || Int.random(in: 0..<10, using: &random) == 0 {
            queues[ExecutorID(nextExecutor)] = []
            nextExecutor += 1
        }
        guard let executor = queues.keys.sorted().randomElement(using: &random) else { return }
        let most = [1, 5, 500].randomElement(using: &random) ?? 1
        let count = Int.random(in: 1...most, using: &random)
        queues[executor, default: []] += nextTask..<nextTask + count
        nextTask += count
        // A burst of news is heard of once, so the scheduler may know less than there is.
        if Bool.random(using: &random) { tell(executor) }
    }

    private mutating func tell(_ executor: ExecutorID) {
        scheduler.queueChanged(to: queues[executor]?.count ?? 0, executor: executor)
    }

    private mutating func cancelQueue() throws(Violation) {
        guard let executor = queues.keys.sorted().randomElement(using: &random) else { return }
        cancelled.formUnion(queues[executor] ?? [])
        queues[executor] = []
        // A batch may find the queue empty before the scheduler hears of it.
        if Bool.random(using: &random) { tell(executor) } else { try sendAll(afterNews: false) }
    }

    private mutating func closeExecutor() {
        guard let executor = queues.keys.sorted().randomElement(using: &random) else { return }
        dropped.formUnion(queues.removeValue(forKey: executor) ?? [])
        scheduler.executorClosed(executor)
    }

    private mutating func answerSome() {
        let busy = frames.filter { !$0.value.isEmpty }.keys.sorted()
        for worker in busy where Bool.random(using: &random) {
            guard let frame = frames[worker]?.removeFirst() else { continue }
            answered.formUnion(frame.tasks)
            scheduler.answered(
                worker: worker,
                tasks: frame.tasks.count,
                callable: CallableID(Int(frame.executor.number % 3)),
                nanoseconds: .random(in: 0...10_000_000, using: &random),
                finishedFrame: frame.expected
            )
        }
    }
}

// MARK: - What the scheduler decides

extension Simulation {
    private mutating func sendAll(afterNews: Bool = true) throws(Violation) {
        if afterNews { for executor in queues.keys.sorted() { tell(executor) } }
        var batches = 0
        while let batch = scheduler.nextBatch() {
            try carryOut(batch, afterNews: afterNews)
            batches += 1
            try check(batches < 100_000, "batches without end")
        }
        guard afterNews else { return }
        let isQueued = queues.values.contains { !$0.isEmpty }
        let idle = frames.filter(\.value.isEmpty).keys
        try check(!isQueued || idle.isEmpty, "the workers \(idle) idle beside queued tasks")
    }

    private mutating func carryOut(_ batch: Scheduler.Batch, afterNews: Bool) throws(Violation) {
        let queued = queues[batch.executor]?.count ?? 0
        try check(queued > 0 || !afterNews, "a batch of an executor without tasks")
        let window = frames[batch.worker]
        try check(window != nil, "a batch for the worker \(batch.worker), which is lost")
        try check((window?.count ?? 0) < policy.framesPerWorker, "the worker \(batch.worker) is over its window")
        let share = min(max(1, queued / (2 * frames.count)), policy.tasksPerFrame)
        try check(batch.maximumTasks == share || !afterNews, "\(batch.maximumTasks) tasks instead of \(share)")

        var taken: [Int] = []
        var isSent: [Int] = []
        while isSent.count < batch.maximumTasks, let task = queues[batch.executor]?.first {
            queues[batch.executor]?.removeFirst()
            taken.append(task)
            if Int.random(in: 0..<20, using: &random) == 0 { cancelled.insert(task) } else { isSent.append(task) }
        }
        let expected = UInt64.random(in: 0...2_000_000, using: &random)
        scheduler.carriedOut(batch, taken: taken.count, sent: isSent.count, expected: expected)
        guard !isSent.isEmpty else { return }
        for task in isSent { try check(sent.insert(task).inserted, "the task \(task) was sent twice") }
        frames[batch.worker]?.append(Frame(tasks: isSent, executor: batch.executor, expected: expected))
    }
}
