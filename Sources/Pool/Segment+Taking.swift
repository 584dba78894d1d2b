internal import Wire

extension Segment {
    /// Moves records into a frame until one of the limits is met; returns whether one was.
    mutating func take(
        into frame: FrameBuffer,
        maximumTasks: Int,
        budget: UInt64,
        byteLimit: Int,
        estimate: (_ callable: Int) -> UInt64,
        _ result: inout TaskQueue.Taken
    ) -> Bool {
        let start = result.sent
        // The user's own chunk size overrules the scheduler's limits.
        let limit = chunkSize ?? maximumTasks
        if case .elements(let map, _) = owners, map.isCancelled {
            drop(remaining, &result)
            return false
        }
        while remaining > 0 {
            let count = chunkSize == nil ? result.sent : result.sent - start
            if count >= limit { return true }
            // The queue's records were written by this process, so they are sound.
            var reader = FrameReader(records.bytes, at: offset)
            guard let record = try? reader.taskRecord() else { return true }
            let time = estimate(record.callable)
            if chunkSize == nil, result.sent > 0 {
                let sum = result.expected + min(time, Self.longest)
                if sum > budget || frame.count + record.arguments.count > byteLimit { return true }
            }
            if let owner = claimNext() {
                if result.sent == 0 { result.firstCallable = record.callable }
                frame.append(UnsafeRawBufferPointer(rebasing: records.bytes[offset..<reader.offset]))
                result.append(owner)
                result.sent += 1
                result.expected += min(time, Self.longest)
            }
            offset = reader.offset
            taken += 1
            result.taken += 1
        }
        return false
    }

    /// Takes the only task, and its frame with it.
    func takeWhole(estimate: (_ callable: Int) -> UInt64, _ result: inout TaskQueue.Taken) {
        var copy = self
        result.taken += 1
        var reader = FrameReader(records.bytes, at: offset)
        guard let owner = copy.claimNext(), let record = try? reader.taskRecord() else { return }
        result.whole = records
        result.firstCallable = record.callable
        result.append(owner)
        result.sent = 1
        result.expected = min(estimate(record.callable), Self.longest)
    }

    /// What a call of unknown time is taken for, in nanoseconds: a second, which is too long for another call to wait
    /// behind it, and does not overflow when it is added up.
    private static let longest: UInt64 = 1_000_000_000

    /// The owner of the next record; nil if it was cancelled.
    fileprivate mutating func claimNext() -> OwnerRun.Owner? {
        switch owners {
        case .futures(let futures):
            let future = futures[taken]
            let isWanted = isRepeated ? !future.phase.isDone : future.start()
            return isWanted ? .future(future) : nil
        case .elements(let map, let first):
            return .elements(map, first: first + taken)
        }
    }

    private mutating func drop(_ count: Int, _ result: inout TaskQueue.Taken) {
        taken += count
        result.taken += count
    }

    /// Cancels what is still queued.
    func cancel() {
        switch owners {
        case .futures(let futures): for future in futures[taken...] { _ = future.cancel() }
        case .elements(let map, let first):
            map.fail(first + taken..<first + count, with: CancelledElement())
        }
    }

    /// Fails what is still queued.
    func fail(_ error: any Error) {
        switch owners {
        case .futures(let futures):
            for future in futures[taken...] where isRepeated || future.phase == .pending {
                future.complete(.failure(error))
            }
        case .elements(let map, let first):
            map.fail(first + taken..<first + count, with: error)
        }
    }
}

/// An element of a map that was cancelled with its executor.
package struct CancelledElement: Error {}

extension TaskQueue.Taken {
    /// Adds the owner of one more task; consecutive elements of one map make one run.
    fileprivate mutating func append(_ owner: OwnerRun.Owner) {
        if case .elements(let map, let index) = owner, let last = runs.indices.last,
            case .elements(let lastMap, let first) = runs[last].owner, map === lastMap,
            first + runs[last].count == index
        {
            runs[last].count += 1
        } else {
            runs.append(OwnerRun(owner: owner, count: 1))
        }
    }
}
