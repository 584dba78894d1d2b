internal import Pool
internal import Waiting

/// How far the results of a map have been taken. It knows nothing of their type.
@usableFromInline final class MapCursor: Sendable {
    private struct State {
        /// Results that have been taken from the map and not been handed out.
        var taken: [Outcome] = []
        var position = 0
        /// How many have been taken from the map.
        var count = 0
        var hasEnded = false
    }

    /// How many results are taken from the map at once.
    private static let batch = 256

    private let map: MapCore
    private let state = Locked(State())
    let deadline: Instant?
    /// Makes more elements as results are handed out; nil if all of them have been made.
    private let supply: MapSupply?

    init(_ map: MapCore, deadline: Instant?, supply: MapSupply? = nil) {
        self.map = map
        self.deadline = deadline
        self.supply = supply
    }

    /// Cancels the calls that have not been sent to a worker; no more results come.
    func cancel() {
        // In this order: who is woken by the cancelling finds the end.
        state.withLock { $0.hasEnded = true }
        map.cancel()
    }

    /// The same when nobody is left to take results.
    func abandon() { map.cancel() }

    enum Step {
        case outcome(Outcome)
        case wait
        case end
    }

    /// The next result. If there is none yet, `wake` will be called once when there is.
    func step(wake: @escaping @Sendable () -> Void) -> Step {
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

    /// Copies the next result if it is there and a trivial value of `size` bytes; else nothing has changed.
    @usableFromInline
    func nextBytes(_ place: UnsafeMutableRawPointer?, _ size: Int) -> Bool {
        guard supply == nil, let place else { return false }
        return state.withLock { state in
            guard !state.hasEnded, state.position < state.taken.count,
                case .payload(let payload) = state.taken[state.position], payload.copyTrivial(to: place, size)
            else { return false }
            state.position += 1
            return true
        }
    }

    /// Has more elements made, in place of those that have been handed out.
    func refill() throws {
        guard let supply else { return }
        do {
            try supply.refill(handedOut: state.withLock { $0.count - ($0.taken.count - $0.position) })
        } catch {
            cancel()
            throw error
        }
    }

    func giveUp() throws {
        cancel()
        throw TimeoutError()
    }

    /// Waits for the next result on this thread; nil after the last one.
    func next() throws -> Outcome? {
        try refill()
        let parker = Parker()
        while true {
            switch step(wake: { parker.unpark() }) {
            case .outcome(let outcome): return outcome
            case .end: return nil
            case .wait: if !parker.park(until: deadline) { try giveUp() }
            }
        }
    }

    /// The same, suspending.
    func nextSuspending() async throws -> Outcome? {
        try refill()
        while true {
            let wait = Suspension()
            switch step(wake: { wait.resume() }) {
            case .outcome(let outcome): return outcome
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
