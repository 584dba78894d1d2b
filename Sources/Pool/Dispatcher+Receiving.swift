internal import Identities
internal import Linux
internal import Scheduling
internal import Transport
internal import Waiting
internal import Wire

extension Dispatcher {
    /// The most frames that are received before tasks are sent again.
    private static let framesAtOnce = 64

    func receive() throws -> Bool {
        for count in 0..<Self.framesAtOnce {
            guard let (worker, frame) = try nextFrame() else { return count > 0 }
            if workers.reported == 0 { adjustWorkerCount() }
            idling.heapTrimmer.note(frame.memory)
            try handle(WorkerFrame(parsing: frame), from: worker, frame)
        }
        return true
    }

    /// Adopts the transport's number of workers, which is final once the first worker has reported. Fewer workers may
    /// have come than were asked for.
    private func adjustWorkerCount() {
        guard workers.count != transport.workerCount else { return }
        workers = WorkerRoster(count: transport.workerCount)
        for executor in executors.keys where executors[executor]?.setup.initializer != nil {
            executors[executor]?.awaited = workers.count
        }
    }

    private func nextFrame() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        guard let arrival = idling.earlyFrame else { return try transport.poll() }
        idling.earlyFrame = nil
        return arrival
    }

    /// Returns whether a frame has arrived or has begun to arrive, and keeps a frame that is complete. A failure of the
    /// transport counts as an arrival: the next `poll` throws it.
    func hasArrival() -> Bool {
        guard idling.earlyFrame == nil else { return true }
        do { idling.earlyFrame = try transport.poll() } catch { return true }
        // The poll may have begun to receive a large frame. Such a frame moves only while somebody polls.
        return idling.earlyFrame != nil || transport.traffic == .incoming
    }

    private func handle(_ message: WorkerFrame, from worker: WorkerID, _ frame: FrameBuffer) throws {
        switch message {
        case .ready(let identity): try join(worker, identity)
        case .opened(let executor, let failure):
            guard workers[worker].introducedTo.remove(executor) != nil else {
                throw WireError("a report on an initializer that was not sent", offset: 4)
            }
            executors[executor]?.awaited -= 1
            if let failure, let queue = executors[executor]?.queue {
                let text = describeFailure(UnsafeRawBufferPointer(rebasing: frame.bytes[failure]))
                breakDown(queue, BreakCause.initializerFailed(text))
            }
            finishBoot(executor)
        case .results(let results):
            frame.sender = worker
            try take(results, from: worker, frame)
        case .goodbye:
            guard workers[worker].saidGoodbye else { throw WireError("a worker left before its time", offset: 0) }
            workers[worker].hasLeft = true
            tally.leave()
        case .output(let stream, let lines):
            LiveOutput.pass(UnsafeRawBufferPointer(rebasing: frame.bytes[lines]), stream)
        }
    }

    private func join(_ worker: WorkerID, _ identity: WorkerIdentity) throws {
        try workers.join(worker, identity)
        tally.join()
        for executor in executors.keys { try introduce(executor, to: worker) }
        try sharing.introduce(to: worker, transport)
        scheduler.workerJoined(worker)
        guard workers.hasAllReported else { return }
        forgetContents()
        ready.complete(.value(workers.identities))
        for executor in executors.keys { finishBoot(executor) }
    }

    func take(_ results: ResultFrame, from worker: WorkerID, _ frame: FrameBuffer) throws {
        guard let index = workers[worker].frames.firstIndex(where: { $0.sequence == results.sequence }) else {
            throw WireError("results of a frame that was not sent", offset: 4)
        }
        let sent = workers[worker].frames[index]
        guard results.first == sent.answered, results.count <= sent.count - sent.answered else {
            throw WireError("results of tasks that were not sent", offset: 8)
        }
        let again = try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(1, results.count)) { offsets in
            var reader = FrameReader(frame.bytes, at: results.records)
            guard let start = offsets.baseAddress else { return [Retry]() }
            let failures = try reader.resultRecords(results.count, startingAt: start)
            let offsets = UnsafeBufferPointer(rebasing: offsets[..<results.count])
            trace(results, failures, of: sent, on: worker, offsets, frame)
            guard failures.isEmpty || !sent.hasOwners else {
                return try settle(failures, of: &workers[worker].frames[index], on: worker, offsets, frame)
            }
            workers[worker].frames[index].answer(offsets, in: frame)
            return []
        }
        let isFinished = workers[worker].frames[index].answered == sent.count
        if isFinished { workers[worker].frames.remove(at: index) }
        scheduler.answered(
            worker: worker,
            // Nobody knows how long tasks of a lost worker have taken.
            tasks: workers[worker].isLost ? 0 : results.count,
            callable: sent.firstCallable,
            nanoseconds: results.nanoseconds,
            finishedFrame: isFinished ? sent.expected : nil
        )
        // Before the others count as ended: the queue must not seem to have nothing left to do.
        if !again.isEmpty { tryAgain(again, sent.queue) }
        sent.queue.answered(results.count - again.count)
        if isFinished { forgetUnneeded() }
    }
}
