internal import DequeModule
internal import Pool
internal import Waiting

/// Hands out futures in the order in which they end, each one once.
final class CompletionQueue<Element: Hashable & Sendable>: Sendable {
    private final class Arrivals: Sendable {
        struct State {
            var ended: Deque<Element> = []
            /// The futures that have not been taken. A future that has been taken belongs to its taker alone, and so
            /// does its result.
            var missing: Set<Element>
            /// Wakes the iterators that wait; there is usually one.
            var wakers: [@Sendable () -> Void] = []
        }
        let state: Locked<State>

        init(_ futures: Set<Element>) { state = Locked(State(missing: futures)) }

        func add(_ future: Element) {
            let wakers = state.withLock { state in
                state.ended.append(future)
                defer { state.wakers = [] }
                return state.wakers
            }
            for wake in wakers { wake() }
        }
    }

    private let arrivals: Arrivals
    private let core: @Sendable (Element) -> FutureCore

    init(_ futures: Set<Element>, core: @escaping @Sendable (Element) -> FutureCore) {
        self.core = core
        arrivals = Arrivals(futures)
        for future in futures {
            let observer = FutureCore.Observer(token: arrivals) { [arrivals] in arrivals.add(future) }
            if !core(future).observe(observer) { arrivals.add(future) }
        }
    }

    deinit {
        // Futures may outlive this queue, but their observers must not.
        let missing = arrivals.state.withLock { $0.missing }
        for future in missing { core(future).removeObserver(token: arrivals) }
    }

    private enum Step {
        case future(Element)
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
    func next() -> Element? {
        // Without a deadline nothing is thrown.
        try? next(until: nil)
    }

    /// Waits for the next future to end. Returns nil after the last one.
    ///
    /// - Throws: `TimeoutError` if `deadline` passes first.
    func next(until deadline: Instant?) throws -> Element? {
        let parker = Parker()
        while true {
            switch step(wake: { parker.unpark() }) {
            case .future(let future): return future
            case .end: return nil
            case .wait: if !parker.park(until: deadline) { throw TimeoutError() }
            }
        }
    }

    /// Suspends until the next future ends. Returns nil after the last one.
    ///
    /// - Throws: `TimeoutError` if `deadline` passes first, and `CancellationError` if the Swift task is cancelled.
    func nextEnded(until deadline: Instant?) async throws -> Element? {
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
