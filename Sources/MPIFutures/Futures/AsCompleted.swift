internal import DequeModule
internal import Pool
internal import Waiting

/// Returns futures in the order in which they end, each one once.
///
/// Take the futures with `next()`, or in asynchronous code with `for try await`.
///
/// The counterpart in Python is `concurrent.futures.as_completed`.
///
/// - Parameters:
///   - futures: The futures. Duplicates count once. Those that have ended already come first.
///   - timeout: The time limit, counted from this call; nil for none. When it is over and futures are missing, taking
///     one throws `TimeoutError`. With zero, the sequence has only the futures that have ended already.
/// - Returns: A sequence that can be taken once. Dropping it early has no effect on the futures. The sequence keeps no
///   future that has been taken, so a result is freed with the last of its futures that the program holds.
public func asCompleted<Value>(
    _ futures: some Sequence<Future<Value>>,
    timeout: Duration? = nil
) -> CompletedFutures<Value> {
    CompletedFutures(Set(futures), deadline: timeout.map { .after($0) })
}

/// The sequence of futures that `asCompleted` returns.
public final class CompletedFutures<Value: Sendable>: Sendable, AsyncSequence {
    /// A future that has ended.
    public typealias Element = Future<Value>

    private final class Arrivals: Sendable {
        struct State {
            var ended: Deque<Future<Value>> = []
            /// The futures that have not been taken. A future that has been taken belongs to its taker alone, and so
            /// does its result.
            var missing: Set<Future<Value>>
            /// Wakes the iterators that wait; there is usually one.
            var wakers: [@Sendable () -> Void] = []
        }
        let state: Locked<State>

        init(_ futures: Set<Future<Value>>) { state = Locked(State(missing: futures)) }

        func add(_ future: Future<Value>) {
            let wakers = state.withLock { state in
                state.ended.append(future)
                defer { state.wakers = [] }
                return state.wakers
            }
            for wake in wakers { wake() }
        }
    }

    private let arrivals: Arrivals
    private let deadline: Instant?

    init(_ futures: Set<Future<Value>>, deadline: Instant?) {
        self.deadline = deadline
        arrivals = Arrivals(futures)
        for future in futures {
            let observer = FutureCore.Observer(token: arrivals) { [arrivals] in arrivals.add(future) }
            if !future.core.observe(observer) { arrivals.add(future) }
        }
    }

    deinit {
        // Futures may outlive this sequence, but their observers must not.
        let missing = arrivals.state.withLock { $0.missing }
        for future in missing { future.core.removeObserver(token: arrivals) }
    }

    private enum Step {
        case future(Future<Value>)
        case wait
        case end
    }

    private func step(wake: @escaping @Sendable () -> Void) -> Step {
        arrivals.state.withLock { state in
            if let future = state.ended.popFirst() {
                state.missing.remove(future)
                return .future(future)
            }
            if state.missing.isEmpty { return .end }
            state.wakers.append(wake)
            return .wait
        }
    }

    /// Waits for the next future to end. Returns nil after the last one.
    ///
    /// - Throws: `TimeoutError` if the time is over.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    public func next() throws -> Future<Value>? {
        let parker = Parker()
        while true {
            switch step(wake: { parker.unpark() }) {
            case .future(let future): return future
            case .end: return nil
            case .wait: if !parker.park(until: deadline) { throw TimeoutError() }
            }
        }
    }

    /// An iterator that takes the futures. Several iterators share the futures between them.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let futures: CompletedFutures

        /// Suspends until the next future ends. Returns nil after the last one.
        ///
        /// - Throws: `TimeoutError` if the time is over, and `CancellationError` if the Swift task is cancelled.
        public mutating func next() async throws -> Future<Value>? { try await futures.nextEnded() }
    }

    /// Returns an iterator over the futures that have not been taken.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(futures: self) }

    private func nextEnded() async throws -> Future<Value>? {
        while true {
            let suspension = Suspension()
            switch step(wake: { suspension.resume() }) {
            case .future(let future): return future
            case .end: return nil
            case .wait:
                await suspension.suspend(until: deadline)
                try Task.checkCancellation()
                if let deadline, Instant.now >= deadline { throw TimeoutError() }
            }
        }
    }
}
