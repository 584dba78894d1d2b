package import Identities
internal import Pool
internal import Waiting
package import Wire

/// A map whose elements are calls of any callables, with encoded arguments.
///
/// One thread adds calls, and one thread takes results.
package final class CallStream: Sendable {
    private static var pieceTime: UInt64 { 200_000 }
    private static var pieceCount: Int { 4096 }
    private static var pieceSize: Int { 1 << 16 }

    private let engine: ExecutorEngine
    private let map: MapCore

    private struct Piece {
        var records = FrameBuffer(capacity: 1024)
        var count = 0
        var began = Instant.now
    }

    /// The calls that have been added and not been queued.
    private let piece = Locked(Piece())

    /// - Parameter isOrdered: Whether results come in the order of the calls.
    package init(_ executor: some PoolExecutor, isOrdered: Bool) {
        engine = executor.engine
        map = MapCore(isOrdered: isOrdered)
    }

    /// Returns the number of a callable for `add`.
    package func id(of definition: CallableDefinition) -> CallableID {
        let terms = engine.callables.terms
        return engine.pool.callables.id(of: definition.limited(terms.limit), terms.rules)
    }

    // MARK: Calls

    /// Adds a call. The call may be queued later, together with others or by `flush`.
    ///
    /// - Throws: `ExecutorError` if the executor is broken or shut down.
    package func add(callable: CallableID, arguments: UnsafeRawBufferPointer) throws {
        let isFull = piece.withLock { piece in
            piece.records.append(callable: callable, arguments: arguments)
            piece.count += 1
            // Reading the clock costs as much as the rest of the function.
            return piece.count >= Self.pieceCount || piece.records.count >= Self.pieceSize
                || piece.count & 15 == 1 && Instant.now.nanoseconds(since: piece.began) > Self.pieceTime
        }
        if isFull { try flush() }
    }

    /// Queues all calls that have been added.
    package func flush() throws {
        let full = piece.withLock { piece -> Piece? in
            guard piece.count > 0 else { return nil }
            defer { piece = Piece() }
            return piece
        }
        guard let full else { return }
        let first = map.extend(by: full.count)
        do throws(PoolFailure) {
            try engine.queue.append(records: full.records, count: full.count, of: map, first: first, chunkSize: nil)
        } catch {
            map.fail(first..<first + full.count, with: error)
            throw Outcome.publicError(error)
        }
    }

    /// Adds a call that need not be made: its result is what a journal has of it, or else `CallSkipped`.
    package func addKnown(callable: CallableID, arguments: UnsafeRawBufferPointer) throws {
        try flush()
        let index = map.extend(by: 1)
        do throws(PoolFailure) {
            if try engine.queue.recall(callable: callable, arguments: arguments, of: map, index: index) { return }
            map.fail(index..<index + 1, with: CallSkipped())
        } catch {
            map.fail(index..<index + 1, with: error)
            throw Outcome.publicError(error)
        }
    }

    /// Lets no further call begin. Calls that run have their results, and all others fail with `ExecutorError.drained`.
    package func drain() { engine.queue.drain() }

    /// Queues all calls that have been added, and ends the stream: no more calls will come.
    package func finish() throws {
        defer { map.finishProducing() }
        try flush()
    }

    // MARK: Results

    /// One result: its status and bytes, or the reason why there is none.
    package enum Result {
        case value(ResultStatus, UnsafeRawBufferPointer)
        case failure(any Error)
    }

    /// Waits for results, and takes those that have arrived, at most `limit`.
    ///
    /// - Parameters:
    ///   - taken: The number of results that have been taken before.
    ///   - beforeWaiting: Called if no result has arrived yet.
    ///   - body: Called with the index of a call and its result. The result's bytes are valid during the call of
    ///     `body`.
    /// - Returns: The number of results taken; nil if all results have been taken before.
    package func take(
        after taken: Int,
        limit: Int,
        beforeWaiting: () -> Void,
        _ body: (Int, Result, Origin) -> Void
    ) -> Int? {
        // `body` is called outside of the map's lock.
        var outcomes: [(Int, Outcome)] = []
        var availability = map.take(from: taken, limit: limit, wake: nil) { outcomes.append(($0, $1)) }
        if availability == .nothingYet { beforeWaiting() }
        while availability == .nothingYet {
            let parker = Parker()
            availability = map.take(from: taken, limit: limit, wake: { parker.unpark() }) { outcomes.append(($0, $1)) }
            if availability == .nothingYet { _ = parker.park(until: nil) }
        }
        if availability == .end { return nil }
        for (index, outcome) in outcomes { body(index, Self.result(outcome), Origin(stream: self, outcome: outcome)) }
        return outcomes.count
    }

    /// Where a result comes from.
    package struct Origin {
        fileprivate let stream: CallStream
        fileprivate let outcome: Outcome

        /// The host of the worker that made the call; nil if no worker of this run did.
        package var host: String? {
            guard case .payload(let payload) = outcome, let worker = payload.buffer.sender,
                case .value(let workers)? = stream.engine.pool.ready.outcome,
                let identities = workers as? [WorkerIdentity], worker.number < identities.count
            else { return nil }
            return identities[worker.number].host
        }

        /// The time that the call took on its worker, in seconds: the mean of those that came in the same frame. Nil if
        /// no worker of this run made the call.
        package var seconds: Double? {
            guard case .payload(let payload) = outcome, payload.buffer.sender != nil,
                case .results(let frame)? = try? WorkerFrame(parsing: payload.buffer), frame.count > 0
            else { return nil }
            return Double(frame.nanoseconds) / Double(frame.count) / 1e9
        }
    }

    private static func result(_ outcome: Outcome) -> Result {
        switch outcome {
        case .payload(let payload):
            do {
                let (status, bytes) = try payload.read()
                return status.isFailure ? .failure(try RemoteError(cbor: bytes)) : .value(status, bytes)
            } catch {
                return .failure(error)
            }
        case .failure(let error): return .failure(Outcome.publicError(error))
        case .cancelled, .value: return .failure(CancelledError())
        }
    }
}

/// The outcome of a call that was not made since an earlier run has made it, and whose result is not known.
package struct CallSkipped: Error {}
