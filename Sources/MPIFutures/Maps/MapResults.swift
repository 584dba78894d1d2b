internal import Pool
internal import Waiting

/// The results of a map, one after the other, in the order of the arguments unless the map is unordered.
///
/// Take them with `next()` or `array()`, or in asynchronous code with `for try await`. An element that failed throws
/// at its position; the ones behind it can still be taken. Dropping the results cancels the calls that have not been
/// sent to a worker.
///
/// The counterpart in Python is the iterator that `Executor.map` returns.
public final class MapResults<Output: Codable & Sendable>: Sendable {
    private struct State {
        /// Results that have been taken from the map and not been handed out.
        var taken: [Outcome] = []
        var position = 0
        /// How many have been taken from the map.
        var count = 0
        var hasEnded = false
    }

    /// How many results are taken from the map at once.
    private static var batch: Int { 256 }

    private let map: MapCore
    private let state = Locked(State())
    private let deadline: Instant?
    /// Makes more elements as results are handed out; nil if all of them have been made.
    private let supply: MapSupply?

    init(_ map: MapCore, deadline: Instant?, supply: MapSupply? = nil) {
        self.map = map
        self.deadline = deadline
        self.supply = supply
    }

    deinit { map.cancel() }

    /// Cancels the calls that have not been sent to a worker; no more results come.
    public func cancel() {
        // In this order: who is woken by the cancelling finds the end.
        state.withLock { $0.hasEnded = true }
        map.cancel()
    }

    /// Waits for the next result; nil after the last one.
    ///
    /// - Throws: What the call threw, as `Future.result` does; `TimeoutError` when the map's time is over, and then the
    ///   calls that have not been sent to a worker are cancelled.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    public func next() throws -> Output? {
        let parker = Parker()
        try refill()
        while true {
            switch step(wake: { parker.unpark() }) {
            case .outcome(let outcome): return try decode(outcome)
            case .end: return nil
            case .wait: if !parker.park(until: deadline) { try giveUp() }
            }
        }
    }

    /// Waits for all results that have not been taken.
    ///
    /// - Returns: The results in the order of the arguments; of an unordered map, in the order of their arrival.
    /// - Throws: The error of the first element that failed, or `TimeoutError`; the results that have not been taken are
    ///   then lost, and calls that have not been sent to a worker are cancelled.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    public func array() throws -> [Output] {
        var results: [Output] = []
        do {
            while let result = try next() { results.append(result) }
        } catch {
            cancel()
            throw error
        }
        return results
    }

    private func decode(_ outcome: Outcome) throws -> Output { try outcome.get { try $0.decoded(as: Output.self) } }

    /// Has more elements made, in place of those that have been handed out.
    private func refill() throws {
        guard let supply else { return }
        do {
            try supply.refill(handedOut: state.withLock { $0.count - ($0.taken.count - $0.position) })
        } catch {
            cancel()
            throw error
        }
    }

    private func giveUp() throws {
        cancel()
        throw TimeoutError()
    }

    private enum Step {
        case outcome(Outcome)
        case wait
        case end
    }

    private func step(wake: @escaping @Sendable () -> Void) -> Step {
        state.withLock { state in
            if state.hasEnded { return .end }
            if state.position == state.taken.count {
                switch map.take(from: state.count, limit: Self.batch, wake: wake) {
                case .outcomes(let outcomes):
                    state.taken = outcomes
                    state.position = 0
                    state.count += outcomes.count
                case .nothingYet: return .wait
                case .end:
                    state.hasEnded = true
                    return .end
                }
            }
            defer { state.position += 1 }
            return .outcome(state.taken[state.position])
        }
    }
}

extension MapResults: AsyncSequence {
    /// The type of a result.
    public typealias Element = Output

    /// Takes the results. Several iterators of one map share its results between them.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let results: MapResults

        /// Suspends until there is a result; nil after the last one.
        ///
        /// Throws like `MapResults.next()`; `CancellationError` if the Swift task is cancelled, and then the calls that
        /// have not been sent to a worker are cancelled too.
        public mutating func next() async throws -> Output? { try await results.nextResult() }
    }

    /// An iterator over the results that have not been taken.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(results: self) }

    private func nextResult() async throws -> Output? {
        try refill()
        while true {
            let wait = Suspension()
            switch step(wake: { wait.resume() }) {
            case .outcome(let outcome): return try decode(outcome)
            case .end: return nil
            case .wait:
                await wait.suspend(until: deadline)
                if Task.isCancelled {
                    cancel()
                    throw CancellationError()
                }
                if let deadline, Instant.now >= deadline { try giveUp() }
            }
        }
    }
}
