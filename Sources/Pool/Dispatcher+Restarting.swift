internal import Identities
internal import Scheduling
internal import Transport

extension Dispatcher {
    /// Whether workers that are lost can be started again.
    var canRestart: Bool { restartable?.canRestart ?? false }

    /// Handles the loss of the workers. If the transport can start new ones, they get the unanswered calls; otherwise
    /// the pool fails.
    func lose(_ cause: any Error) {
        guard let restartable, canRestart, failure == nil, !executors.isEmpty else { return fail(cause) }
        do {
            tally.lose(workers.count, serving: workers.reported)
            try restartable.restart(after: cause)
            tally.restart(workers.count)
            try takeBackFrames()
        } catch {
            fail(BreakCause.restartFailed(loss: cause, restart: error))
        }
    }

    private func takeBackFrames() throws {
        // The frames go from the last to the first, since each one goes to the head of its queue.
        let frames = workers.framesInFlight.sorted { $0.sequence.isLater(than: $1.sequence) }
        workers = WorkerRoster(count: workers.count)
        idling.earlyFrame = nil
        scheduler = Scheduler()
        for frame in frames { frame.queue.takeBack(try frame.unanswered(), count: frame.count - frame.answered) }
        for (id, executor) in executors {
            executor.queue.trace?.noteLoss()
            if executor.setup.initializer != nil { executors[id]?.awaited = workers.count }
            scheduler.queueChanged(to: executor.queue.queuedTasks(), executor: id)
        }
        sharing.reopen()
    }
}
