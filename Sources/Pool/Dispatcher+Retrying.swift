internal import Identities
internal import Scheduling
internal import Waiting
internal import Wire

/// Calls that have failed and are made again.
///
/// A call that is made again keeps its future, or its place in its map. It travels alone in its frame, ahead of the
/// calls that were never sent.
extension Dispatcher {
    /// A task that is sent again.
    struct Retry {
        let segment: Segment
        /// The wait before, in nanoseconds.
        let wait: UInt64
    }

    /// A task that waits until it is queued again.
    struct WaitingTask {
        let queue: TaskQueue
        let segment: Segment
    }

    /// Hands results to their owners, except for failures that are followed by another try.
    func settle(
        _ failed: [FailedResult],
        of frame: inout FrameInFlight,
        on worker: WorkerID,
        _ offsets: UnsafeBufferPointer<UInt32>,
        _ buffer: FrameBuffer
    ) throws -> [Retry] {
        let first = frame.answered
        let wanted = frame.areWanted(at: failed.map(\.position))
        var counts = FailureCounts()
        var cancelled = 0
        var tasks: [(position: Int, record: TaskRecord, failures: FailureCounts, wait: UInt64)] = []
        for (result, isWanted) in zip(failed, wanted) {
            guard isWanted, let failure = FailureClass(result.status) else {
                cancelled += 1
                continue
            }
            var failures = frame.failures
            failures[failure] += 1
            if let record = try frame.record(ofTask: first + result.position),
                case .tryAgain(let wait) = callables.rules(of: record.callable).decide(failure, failures)
            {
                tasks.append((result.position, record, failures, wait))
            } else {
                counts[failure] += 1
                if failure.endsWorker, frame.queue.keepFailedCall != nil {
                    try setAside(first + result.position, of: &frame, on: worker, Int(offsets[result.position]), buffer)
                }
            }
        }
        let owners = frame.answer(offsets, in: buffer, exceptAt: tasks.map(\.position))
        frame.queue.noteFailures(counts, cancelled: cancelled, triedAgain: tasks.count)
        return zip(tasks, owners).map { [frame] task, owner in
            Retry(segment: frame.again(task.record, owner, task.failures), wait: task.wait)
        }
    }

    /// Hands a call that has ended its worker for good to those who asked for it.
    private func setAside(
        _ index: Int,
        of frame: inout FrameInFlight,
        on worker: WorkerID,
        _ offset: Int,
        _ buffer: FrameBuffer
    ) throws {
        guard let record = try frame.record(ofTask: index) else { return }
        let nobody = OwnerRun(owner: .futures(FutureList([nil]), first: 0), count: 1, tickets: nil, firstTicket: 0)
        let task = frame.again(record, nobody, frame.failures)
        try setAside(task, of: frame.queue, on: worker, Payload(buffer: buffer, offset: offset))
    }

    /// Queues tasks again, at once or after a wait.
    func tryAgain(_ retries: [Retry], _ queue: TaskQueue) {
        let now = Instant.now
        for retry in retries where retry.wait > 0 {
            let due = now.advanced(byNanoseconds: retry.wait).nanoseconds
            waitingTasks.add(WaitingTask(queue: queue, segment: retry.segment), due: due)
        }
        let ready = retries.filter { $0.wait == 0 }.map(\.segment)
        if !ready.isEmpty { queue.takeBack(ready, count: ready.count) }
    }

    /// Queues the tasks whose waits have ended. Returns whether there was any.
    func queueDueTasks() -> Bool {
        guard let due = waitingTasks.nextDue, due <= Instant.now.nanoseconds else { return false }
        let now = Instant.now.nanoseconds
        while let task = waitingTasks.takeDue(at: now) { task.queue.takeBack([task.segment], count: 1) }
        return true
    }

    /// When the next wait ends; nil if no task waits.
    var nextRetry: Instant? { waitingTasks.nextDue.map { Instant(nanoseconds: $0) } }

    /// Fails the tasks of an executor that wait for another try.
    func failWaitingTasks(of queue: TaskQueue, with error: any Error) {
        let tasks = waitingTasks.takeAll { $0.queue === queue }
        guard !tasks.isEmpty else { return }
        for task in tasks { task.segment.fail(error) }
        var failures = FailureCounts()
        failures[.notMade] = tasks.count
        queue.noteFailures(failures, cancelled: 0, triedAgain: 0)
        queue.answered(tasks.count)
    }
}
