internal import CBOR
internal import Identities
internal import Scheduling
internal import Waiting
internal import Wire

/// What the dispatcher tells traces.
extension Dispatcher {
    /// Takes note that a worker is sent a frame. Returns what will be needed when it is answered; nil if its calls are
    /// not traced.
    func trace(_ taken: Withdrawal, from queue: TaskQueue, to worker: WorkerID, _ frame: FrameBuffer) -> FrameTrace? {
        guard let trace = queue.trace else { return nil }
        trace.noteSent((queue.executor, queue.counts.queued), to: worker, workers[worker].identity)
        let now = Instant.now.nanoseconds
        return FrameTrace(
            queueTime: taken.queuedSince == 0 ? 0 : now - min(now, taken.queuedSince),
            bytes: frame.outOfBand.reduce(frame.count) { $0 + $1.bytes.count },
            callables: taken.callables
        )
    }

    /// Takes note of an answer, if its calls are traced.
    ///
    /// - Parameters:
    ///   - frame: The frame as it was before this answer.
    ///   - offsets: The places of the results in `buffer`.
    func trace(
        _ results: ResultFrame,
        _ failed: [FailedResult],
        of frame: FrameInFlight,
        on worker: WorkerID,
        _ offsets: UnsafeBufferPointer<UInt32>,
        _ buffer: FrameBuffer
    ) {
        guard let trace = frame.queue.trace, let sent = frame.trace else { return }
        let answer = PoolTrace.Answer(
            worker: worker,
            results: results,
            failed: failed,
            frameCount: frame.count,
            firstCallable: frame.firstCallable,
            earlierTries: frame.failures.total,
            sent: sent,
            offsets: offsets,
            buffer: buffer
        )
        var frame = frame
        trace.noteAnswer(answer, (frame.queue.executor, frame.queue.counts.queued)) {
            (try? frame.record(ofTask: $0)) ?? nil
        }
    }
}
