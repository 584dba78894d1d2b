internal import Plans
internal import Pool

/// The results of a map, in the order of the arguments unless the map is unordered.
///
/// Take the results with `array()`, `forEach`, `reduce` or `next()`, or in asynchronous code with `for try await`. An
/// element that failed throws at its position. The elements after it can still be taken: loop over `outcomes`, or call
/// `next()` again.
///
/// Dropping the results after the first has been asked for cancels the calls that have not been sent to a worker.
/// Dropping them before cancels nothing: all calls are made, and their results are dropped.
///
/// The counterpart in Python is the iterator that `Executor.map` returns.
public final class MapResults<Output: Codable & Sendable>: Sendable {
    @usableFromInline let cursor: MapCursor

    /// Whether results travel as their bytes, and no conformance makes them.
    @usableFromInline let isBitwise = isBitwiseCodable(Output.self)

    private let plan = ValueCoding.plan(of: Output.self)

    /// Whether results may travel by their plan.
    @usableFromInline var hasPlan: Bool { plan != nil }

    @usableFromInline init(_ cursor: MapCursor) { self.cursor = cursor }

    deinit { cursor.abandon() }

    /// Cancels the calls that have not been sent to a worker, and ends the results.
    public func cancel() { cursor.cancel() }

    /// Waits for the next result. Returns nil after the last one.
    ///
    /// - Throws: The error of the call, as in `Future.result`; `TimeoutError` if the map's time is over, and then the
    ///   calls that have not been sent to a worker are cancelled.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    @inlinable
    public func next() throws -> Output? {
        // The bytes of a trivial result are copied directly to the caller's variable.
        if _isPOD(Output.self), isBitwise {
            let result = withUnsafeTemporaryAllocation(of: Output.self, capacity: 1) { place -> Output? in
                let (size, stride) = (MemoryLayout<Output>.size, MemoryLayout<Output>.stride)
                return cursor.nextBytes(place.baseAddress, size, stride, limit: 1) == 1 ? place[0] : nil
            }
            if let result { return result }
        }
        return try nextDecoded(leavesQuick: isBitwise)
    }

    /// Waits for all results that have not been taken.
    ///
    /// - Returns: The results in the order of the arguments; of an unordered map, in the order of their arrival.
    /// - Throws: The error of the first element that failed, or `TimeoutError`. The results that have not been taken
    ///   are then lost, and the calls that have not been sent to a worker are cancelled.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    @inlinable
    public func array() throws -> [Output] {
        var results: [Output] = []
        do {
            while true {
                appendBytes(to: &results)
                try appendPlanned(to: &results)
                guard let result = try nextDecoded(leavesQuick: true) else { return results }
                results.append(result)
            }
        } catch {
            cancel()
            throw error
        }
    }

    /// Appends the next results as long as they have arrived and are trivial.
    @inlinable
    func appendBytes(to results: inout [Output]) {
        guard _isPOD(Output.self), isBitwise else { return }
        let (size, stride) = (MemoryLayout<Output>.size, MemoryLayout<Output>.stride)
        withUnsafeTemporaryAllocation(of: Output.self, capacity: Swift.max(1, 8192 / stride)) { places in
            while true {
                let count = cursor.nextBytes(places.baseAddress, size, stride, limit: places.count)
                if count == 0 { break }
                results.append(contentsOf: UnsafeBufferPointer(rebasing: places[..<count]))
            }
        }
    }

    /// Appends the next results as long as they have arrived and travelled by their plan. They are made in memory of the
    /// caller's module, where their type is known.
    @inlinable
    func appendPlanned(to results: inout [Output]) throws {
        guard hasPlan else { return }
        let stride = MemoryLayout<Output>.stride
        try withUnsafeTemporaryAllocation(of: Output.self, capacity: Swift.max(1, 8192 / stride)) { places in
            guard let base = places.baseAddress else { return }
            while true {
                let count = try nextPlanned(base, stride, limit: places.count)
                if count == 0 { break }
                for index in 0..<count { results.append((base + index).move()) }
            }
        }
    }

    /// Makes the next results at `place`. See `MapCursor.nextPlanned`.
    @usableFromInline
    func nextPlanned(_ place: UnsafeMutableRawPointer, _ stride: Int, limit: Int) throws -> Int {
        guard let plan else { return 0 }
        return try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Swift.min(limit, 256)) { offsets in
            do { return try cursor.nextPlanned(place, stride, offsets, plan) } catch {
                throw Outcome.publicError(ofDecoding: error, "the result cannot be decoded as \(Output.self)")
            }
        }
    }

    /// - Parameter leavesQuick: Whether results are left to `appendBytes` and `appendPlanned`, except the next one.
    @usableFromInline
    func nextDecoded(leavesQuick: Bool) throws -> Output? {
        try cursor.next(leavesQuick: leavesQuick).map(decode)
    }

    private func decode(_ outcome: Outcome) throws -> Output {
        try outcome.get { try $0.decoded(as: Output.self, plan) }
    }
}

extension MapResults: AsyncSequence {
    /// The type of a result.
    public typealias Element = Output

    /// An iterator that takes the results. Several iterators of one map share its results between them.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let results: MapResults

        /// Suspends until there is a result. Returns nil after the last one.
        ///
        /// - Throws: The errors of `MapResults.next()`; `CancellationError` if the Swift task is cancelled, and then
        ///   the calls that have not been sent to a worker are cancelled, too.
        public mutating func next() async throws -> Output? {
            try await results.cursor.nextSuspending().map(results.decode)
        }
    }

    /// Returns an iterator over the results that have not been taken.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(results: self) }
}
