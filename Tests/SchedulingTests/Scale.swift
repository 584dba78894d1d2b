import Identities
import Scheduling

/// One master and many workers on a simulated clock: what the scheduler's decisions lead to at a size that no test has.
///
/// The master does one thing after the other, and each frame and each task takes it some time; so its limit shows.
struct Scale {
    /// What the master takes, and a message; in nanoseconds.
    struct Costs {
        /// To write and send a frame, and to take in its results.
        var frame: UInt64 = 2_000
        var task: UInt64 = 60
        var latency: UInt64 = 2_000
    }

    struct Outcome {
        let tasks: Int
        let frames: Int
        /// From the first frame to the last result, in nanoseconds.
        let makespan: UInt64
        /// The least in which so many workers can do all tasks: their mean share, or the longest task.
        let best: UInt64
        /// How long the master was at work.
        let masterTime: UInt64

        var efficiency: Double { Double(best) / Double(makespan) }
        var masterShare: Double { Double(masterTime) / Double(makespan) }
    }

    /// A frame that a worker has finished.
    private struct Finish {
        let worker: WorkerID
        let tasks: Int
        let duration: UInt64
        let expected: UInt64
    }

    private let lengths: [UInt64]
    private let costs: Costs
    private var scheduler = Scheduler()
    private var next = 0
    private var workersFree: [UInt64]
    private var finishes = EventHeap<Finish>()
    private var masterFree: UInt64 = 0
    private var masterTime: UInt64 = 0
    private var frames = 0
    private var end: UInt64 = 0

    /// - Parameter lengths: of the tasks, in nanoseconds, in the order in which they are queued.
    init(workers: Int, lengths: [UInt64], costs: Costs = Costs()) {
        self.lengths = lengths
        self.costs = costs
        workersFree = [UInt64](repeating: 0, count: workers)
        for worker in 0..<workers { scheduler.workerJoined(WorkerID(worker)) }
    }

    mutating func run() -> Outcome {
        scheduler.queueChanged(to: lengths.count, executor: 1)
        send()
        while let (time, finish) = finishes.popFirst() {
            work(costs.frame / 2 + UInt64(finish.tasks) * costs.task / 2, from: time + costs.latency)
            end = max(end, masterFree)
            scheduler.answered(
                worker: finish.worker,
                tasks: finish.tasks,
                callable: 0,
                nanoseconds: finish.duration,
                finishedFrame: finish.expected
            )
            send()
        }
        let share = lengths.reduce(0, +) / UInt64(workersFree.count)
        return Outcome(
            tasks: lengths.count,
            frames: frames,
            makespan: end,
            best: max(share, lengths.max() ?? 0),
            masterTime: masterTime
        )
    }

    private mutating func work(_ time: UInt64, from start: UInt64) {
        masterFree = max(masterFree, start) + time
        masterTime += time
    }

    private mutating func send() {
        while let batch = scheduler.nextBatch() {
            let time = min(scheduler.estimates[0], 1_000_000_000)
            let fitting = max(1, Int(batch.budget / time))
            let count = min(batch.maximumTasks, fitting, lengths.count - next)
            let expected = UInt64(count) * time
            scheduler.carriedOut(batch, taken: count, sent: count, expected: expected)
            guard count > 0 else { continue }
            work(costs.frame / 2 + UInt64(count) * costs.task / 2, from: 0)
            let duration = lengths[next..<next + count].reduce(0, +)
            next += count
            frames += 1
            let begin = max(masterFree + costs.latency, workersFree[batch.worker.number])
            workersFree[batch.worker.number] = begin + duration
            finishes.insert(
                Finish(worker: batch.worker, tasks: count, duration: duration, expected: expected),
                at: begin + duration
            )
        }
    }
}
