internal import DequeModule
package import Identities

/// Decides which worker gets which tasks, and how many at once.
///
/// A pure state machine without I/O and without a clock: it takes events (tasks were queued, a batch was sent, results
/// came back) and answers with the next `Batch`. The tasks themselves it never sees; it counts them by executor. Every
/// operation is O(1) in the number of workers and of queued tasks.
///
/// - A batch is sized by *work*: as many tasks as the measured times of their callables say will take `Policy.frameTime`,
///   so a frame of null tasks holds thousands and a frame of 10 ms tasks holds one.
/// - A batch never takes more than its share of what is queued, `queued / (2 x workers)`, so that the tail of a map
///   stays balanced.
/// - A worker that still executes gets a second frame only if the first one is short, and only while the queue is long:
///   long tasks never wait behind one another while another worker idles.
/// - Executors with queued tasks take turns, frame by frame.
package struct Scheduler: Sendable {
    private var policy: Policy
    private var workers: [WorkerState] = []
    private var aliveWorkers = 0
    private var executors: [ExecutorID: ExecutorState] = [:]
    private var queuedTasks = 0

    /// Workers without a frame in flight. The one that answered last is taken first: it is still awake.
    private var idleWorkers: [WorkerID] = []
    /// Workers that may take a second frame.
    private var prefetchers: Deque<WorkerID> = []
    /// Executors with queued tasks, in the order of their turns.
    private var turns: Deque<ExecutorID> = []

    package private(set) var estimates = TimeEstimates()

    package init(policy: Policy = Policy()) { self.policy = policy }

    /// The numbers that shape batches; all times in nanoseconds.
    package struct Policy: Sendable {
        /// How much work one frame should hold.
        package var frameTime: UInt64 = 300_000
        /// A frame expected to take longer than this is not followed by a second one.
        package var prefetchTime: UInt64 = 1_000_000
        package var framesPerWorker = 2
        package var tasksPerFrame = 16_384

        package init() {}
    }

    /// What to do next: take tasks of `executor` and send them to `worker`.
    package struct Batch: Equatable, Sendable {
        package let worker: WorkerID
        package let executor: ExecutorID
        package let maximumTasks: Int
        /// Stop adding tasks when their expected times add up to this, in nanoseconds.
        package let budget: UInt64
    }

    /// What a worker can take now.
    private enum Offer {
        case none, firstFrame, secondFrame
    }

    private struct WorkerState {
        var framesInFlight = 0
        /// The expected time of what is in flight.
        var expected: UInt64 = 0
        var isAlive = true
        var offer = Offer.none
        /// Whether `prefetchers` holds this worker, be the entry valid or stale.
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

    /// A worker is ready to serve. Workers are numbered from 0 in any order.
    package mutating func workerJoined(_ worker: WorkerID) {
        while workers.count <= worker.number { workers.append(WorkerState(isAlive: false)) }
        workers[worker.number] = WorkerState()
        aliveWorkers += 1
        list(worker)
    }

    /// A worker is gone; nothing will be sent to it again.
    package mutating func workerLost(_ worker: WorkerID) {
        guard workers.indices.contains(worker.number), workers[worker.number].isAlive else { return }
        workers[worker.number].isAlive = false
        aliveWorkers -= 1
    }

    /// Puts a worker where the next batch will find it, if it can take one.
    private mutating func list(_ worker: WorkerID) {
        let state = workers[worker.number]
        guard state.isAlive else { return }
        if state.framesInFlight == 0 {
            guard state.offer != .firstFrame else { return }
            workers[worker.number].offer = .firstFrame
            idleWorkers.append(worker)
        } else if state.framesInFlight < policy.framesPerWorker && state.expected <= policy.prefetchTime {
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
        // With a short queue the tasks are better kept for the next worker that falls idle.
        guard queuedTasks >= 2 * aliveWorkers else { return nil }
        while let worker = prefetchers.popFirst() {
            workers[worker.number].isInPrefetchers = false
            // It may have become idle, and busy, since it was put here.
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
    /// An executor has so many queued tasks now.
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

    /// The next batch to send, or nil when there is no worker or no task for one.
    ///
    /// The caller answers each batch with `carriedOut`, also when it found no task after all.
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
                budget: policy.frameTime
            )
        }
        return nil
    }

    /// A batch was carried out: `taken` tasks left the queue, and `sent` of them went to the worker (the others had
    /// been cancelled), which will take `expected` nanoseconds for them.
    package mutating func carriedOut(_ batch: Batch, taken: Int, sent: Int, expected: UInt64) {
        if let queued = executors[batch.executor]?.queued {
            // More may have been taken than this scheduler has heard of; or nothing, because the queue was emptied
            // behind its back, and then it must not ask again before it hears of tasks.
            queueChanged(to: taken == 0 ? 0 : max(0, queued - taken), executor: batch.executor)
        }
        if sent > 0 {
            workers[batch.worker.number].framesInFlight += 1
            workers[batch.worker.number].expected += expected
        }
        list(batch.worker)
    }

    /// Results came back from a worker: the whole of a frame, or the next part of it.
    ///
    /// - Parameters:
    ///   - callable: the number of the callable that the tasks have in common, or of the first of them.
    ///   - expected: what `carriedOut` was told of the frame; given once, with its last part.
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
