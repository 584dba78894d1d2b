internal import DequeModule
package import Identities

/// Decides which worker gets which tasks, and how many tasks at once.
///
/// The scheduler is a pure state machine without I/O and without a clock. Its inputs are events: tasks were queued, a
/// batch was sent, results came back. Its output is the next `Batch`. It never sees the tasks, but counts them by
/// executor. Every operation is O(1) in the number of workers and of queued tasks.
///
/// - A batch is sized by *work*: it has as many tasks as take some time by the measured times of their callables. With
///   few workers a frame of null tasks holds thousands, and a frame of 10 ms tasks holds one. The time grows with the
///   number of workers, so that the master has the time to feed all of them.
/// - A batch never takes more than its share of the queue, `queued / (2 x workers)`, so that the end of a map stays
///   balanced.
/// - A worker that still executes gets a second frame only if the first one is short, and only while the queue is long.
///   Long tasks never wait behind one another while another worker idles.
/// - Executors with queued tasks take turns, frame by frame.
package struct Scheduler: Sendable {
    private var policy: Policy
    private var workers: [WorkerState] = []
    private var aliveWorkers = 0
    private var executors: [ExecutorID: ExecutorState] = [:]
    private var queuedTasks = 0

    /// Workers without a frame in flight. The worker that answered last is taken first, since it is still awake.
    private var idleWorkers: [WorkerID] = []
    /// Workers that may take a second frame.
    private var prefetchers: Deque<WorkerID> = []
    /// Executors with queued tasks, in the order of their turns.
    private var turns: Deque<ExecutorID> = []

    package private(set) var estimates = TimeEstimates()

    package init(policy: Policy = Policy()) { self.policy = policy }

    /// The parameters of batches. All times are in nanoseconds.
    package struct Policy: Sendable {
        /// The least work that one frame should hold.
        package var frameTime: UInt64 = 300_000
        /// The work that one frame should hold for each worker. The master takes some 2 us for a frame. So it feeds all
        /// workers in a fifth of its time if a frame keeps its worker busy for as many times 10 us as there are workers.
        package var frameTimePerWorker: UInt64 = 10_000
        /// The longest expected time of a frame that a second frame may follow, if frames have no more work than that.
        package var prefetchTime: UInt64 = 1_000_000
        package var framesPerWorker = 2
        package var tasksPerFrame = 16_384

        package init() {}
    }

    /// The next step: take tasks of `executor` and send them to `worker`.
    package struct Batch: Equatable, Sendable {
        package let worker: WorkerID
        package let executor: ExecutorID
        package let maximumTasks: Int
        /// The limit of the expected times of the tasks, added up, in nanoseconds.
        package let budget: UInt64
    }

    /// The kind of frame that a worker can take now.
    private enum Offer {
        case none, firstFrame, secondFrame
    }

    private struct WorkerState {
        var framesInFlight = 0
        /// The expected time of the frames in flight, in nanoseconds.
        var expected: UInt64 = 0
        var isAlive = true
        var offer = Offer.none
        /// Whether `prefetchers` has an entry for this worker, valid or stale.
        var isInPrefetchers = false
    }

    private struct ExecutorState {
        var queued = 0
        var hasTurn = false
    }
}

// MARK: - Workers

extension Scheduler {
    package var workerCount: Int { aliveWorkers }

    /// The work that one frame should hold now, in nanoseconds.
    private var frameTime: UInt64 { max(policy.frameTime, UInt64(aliveWorkers) * policy.frameTimePerWorker) }

    /// Adds a worker that is ready to serve. Workers are numbered from 0 and join in any order.
    package mutating func workerJoined(_ worker: WorkerID) {
        while workers.count <= worker.number { workers.append(WorkerState(isAlive: false)) }
        workers[worker.number] = WorkerState()
        aliveWorkers += 1
        list(worker)
    }

    /// Removes a worker. The scheduler sends nothing to it again.
    package mutating func workerLost(_ worker: WorkerID) {
        guard workers.indices.contains(worker.number), workers[worker.number].isAlive else { return }
        workers[worker.number].isAlive = false
        aliveWorkers -= 1
    }

    /// Lists a worker for the next batch, if the worker can take one.
    private mutating func list(_ worker: WorkerID) {
        let state = workers[worker.number]
        guard state.isAlive else { return }
        if state.framesInFlight == 0 {
            guard state.offer != .firstFrame else { return }
            workers[worker.number].offer = .firstFrame
            idleWorkers.append(worker)
        } else if state.framesInFlight < policy.framesPerWorker && state.expected <= max(policy.prefetchTime, frameTime)
        {
            workers[worker.number].offer = .secondFrame
            guard !state.isInPrefetchers else { return }
            workers[worker.number].isInPrefetchers = true
            prefetchers.append(worker)
        }
    }

    private mutating func takeWorker() -> WorkerID? {
        while let worker = idleWorkers.popLast() {
            workers[worker.number].offer = .none
            if workers[worker.number].isAlive { return worker }
        }
        // If the queue is short, the next worker that becomes idle should get its tasks.
        guard queuedTasks >= 2 * aliveWorkers else { return nil }
        while let worker = prefetchers.popFirst() {
            workers[worker.number].isInPrefetchers = false
            // The worker may have become idle, and busy again, since it was listed here.
            let isValid = workers[worker.number].isAlive && workers[worker.number].offer == .secondFrame
            if isValid {
                workers[worker.number].offer = .none
                return worker
            }
        }
        return nil
    }
}

// MARK: - Executors and tasks

extension Scheduler {
    /// Sets the number of queued tasks of an executor.
    package mutating func queueChanged(to count: Int, executor: ExecutorID) {
        queuedTasks += count - (executors[executor]?.queued ?? 0)
        executors[executor, default: ExecutorState()].queued = count
        takeTurn(executor)
    }

    package mutating func executorClosed(_ executor: ExecutorID) {
        guard let state = executors.removeValue(forKey: executor) else { return }
        queuedTasks -= state.queued
    }

    private mutating func takeTurn(_ executor: ExecutorID) {
        guard let state = executors[executor], state.queued > 0, !state.hasTurn else { return }
        executors[executor]?.hasTurn = true
        turns.append(executor)
    }

    /// Returns the next batch to send, or nil if there is no worker or no task.
    ///
    /// The caller reports each batch with `carriedOut`, also if it found no task.
    package mutating func nextBatch() -> Batch? {
        while let executor = turns.first {
            guard let queued = executors[executor]?.queued, queued > 0 else {
                turns.removeFirst()
                executors[executor]?.hasTurn = false
                continue
            }
            guard let worker = takeWorker() else { return nil }
            turns.removeFirst()
            executors[executor]?.hasTurn = false
            let share = max(1, queued / (2 * max(1, aliveWorkers)))
            return Batch(
                worker: worker,
                executor: executor,
                maximumTasks: min(share, policy.tasksPerFrame),
                budget: frameTime
            )
        }
        return nil
    }

    /// Takes note of a batch that was carried out: `taken` tasks left the queue. `sent` of them went to the worker,
    /// which will take `expected` nanoseconds for them. The other tasks had been cancelled.
    package mutating func carriedOut(_ batch: Batch, taken: Int, sent: Int, expected: UInt64) {
        if let queued = executors[batch.executor]?.queued {
            // The caller may have taken more tasks than the scheduler knew of. If it has taken none, somebody else has
            // emptied the queue, and the scheduler must not ask again until tasks are queued.
            queueChanged(to: taken == 0 ? 0 : max(0, queued - taken), executor: batch.executor)
        }
        if sent > 0 {
            workers[batch.worker.number].framesInFlight += 1
            workers[batch.worker.number].expected += expected
        }
        list(batch.worker)
    }

    /// Takes note of results: those of a whole frame, or of its next part.
    ///
    /// - Parameters:
    ///   - callable: The callable that the tasks have in common, or that of the first of them.
    ///   - expected: The `expected` of `carriedOut` for this frame, with the last part of its results; nil before.
    package mutating func answered(
        worker: WorkerID,
        tasks: Int,
        callable: CallableID,
        nanoseconds: UInt64,
        finishedFrame expected: UInt64?
    ) {
        if tasks > 0 { estimates.observe(callable: callable, nanoseconds: nanoseconds / UInt64(tasks)) }
        guard let expected else { return }
        workers[worker.number].framesInFlight -= 1
        workers[worker.number].expected -= min(expected, workers[worker.number].expected)
        list(worker)
    }
}
