internal import Identities
internal import Scheduling
internal import Wire

extension Segment {
    /// Moves records into a frame until one of the limits is reached. Returns whether one was.
    func take(
        into frame: FrameBuffer,
        maximumTasks: Int,
        budget: UInt64,
        byteLimit: Int,
        estimate: (_ callable: CallableID) -> UInt64,
        _ result: inout Withdrawal
    ) -> Bool {
        let start = result.sent
        if result.sent == 0 { result.queuedSince = queuedAt }
        // A chunk size of the user takes precedence over the limits of the scheduler.
        let limit = chunkSize.map { start + $0 } ?? maximumTasks
        if case .elements(let map, _) = owners, map.isCancelled {
            drop(remaining, &result)
            return false
        }
        // The queue's records were written by this process, so they are sound.
        var reader = FrameReader(records.bytes, at: offset)
        var run = Run(begin: taken, offset: offset)
        var known: (callable: CallableID?, time: UInt64) = (nil, 0)
        // Added to `offset`, the size of the frame once the run is sent.
        var size = frame.count - run.offset
        defer { send(run, into: frame, &result) }
        while remaining > 0 {
            guard result.sent < limit, let record = try? reader.taskRecord() else { return true }
            if record.callable != known.callable {
                known = (record.callable, min(estimate(record.callable), Self.longest))
                if result.isTraced { result.callables.append((record.callable, result.sent)) }
            }
            if chunkSize == nil, result.sent > 0 {
                let bytes = size + offset + record.arguments.count
                if result.expected + known.time > budget || bytes > byteLimit { return true }
            }
            if claimNext() {
                if result.sent == 0 { result.firstCallable = record.callable }
                result.sent += 1
                result.expected += known.time
            } else {
                send(run, into: frame, &result)
                run = Run(begin: taken + 1, offset: reader.offset)
                size = frame.count - run.offset
            }
            offset = reader.offset
            taken += 1
            result.taken += 1
        }
        return false
    }

    /// Consecutive tasks that go into the frame, from the first one that is not cancelled on.
    private struct Run {
        let begin: Int
        /// The offset of the first task's record.
        let offset: Int
    }

    private func send(_ run: Run, into frame: FrameBuffer, _ result: inout Withdrawal) {
        guard run.begin < taken else { return }
        frame.append(UnsafeRawBufferPointer(rebasing: records.bytes[run.offset..<offset]))
        result.append(owners(run.begin..<taken), count: taken - run.begin, tickets, firstTicket: run.begin)
    }

    private func owners(_ range: Range<Int>) -> OwnerRun.Owner {
        if case .elements(let map, let first) = owners { return .elements(map, first: first + range.lowerBound) }
        guard let futures else { fatalError("tasks without owners") }
        return .futures(futures, first: range.lowerBound)
    }

    /// Takes the only task of the segment together with its frame.
    func takeWhole(estimate: (_ callable: CallableID) -> UInt64, _ result: inout Withdrawal) {
        result.taken += 1
        result.queuedSince = queuedAt
        if failures.total > 0 { result.again += 1 }
        var reader = FrameReader(records.bytes, at: offset)
        if case .elements(let map, _) = owners, map.isCancelled { return }
        guard claimNext(), let record = try? reader.taskRecord() else { return }
        result.whole = records
        result.failures = failures
        result.firstCallable = record.callable
        result.append(owners(0..<1), count: 1, tickets, firstTicket: 0)
        result.sent = 1
        result.expected = min(estimate(record.callable), Self.longest)
    }

    /// The assumed time of a call that was never measured: a second, in nanoseconds. No other call has to wait behind
    /// it, and sums do not overflow.
    private static let longest: UInt64 = 1_000_000_000

    /// Starts the future of the next record. Returns false if the future was cancelled.
    private func claimNext() -> Bool {
        guard let futures else { return true }
        guard let future = futures[taken] else { return false }
        if isRepeated ? !future.phase.isDone : future.start() { return true }
        _ = futures.take(taken)
        return false
    }

    private func drop(_ count: Int, _ result: inout Withdrawal) {
        taken += count
        result.taken += count
    }

    /// Cancels the tasks that are still queued.
    func cancel() {
        switch owners {
        case .futures: for index in taken..<count { _ = futures?.take(index)?.cancel() }
        case .elements(let map, let first):
            map.fail(first + taken..<first + count, with: CancelledElement())
        }
    }

    /// Fails the tasks that are still queued.
    func fail(_ error: any Error) {
        switch owners {
        case .futures:
            for index in taken..<count {
                guard let future = futures?.take(index), isRepeated || future.phase == .pending else { continue }
                future.complete(.failure(error))
            }
        case .elements(let map, let first):
            map.fail(first + taken..<first + count, with: error)
        }
    }
}
