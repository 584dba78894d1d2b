internal import Waiting

/// How many calls may be under way at once, so that memory stays bounded however many there are.
///
/// It opens as results come, twice as wide each time it has been gone through, as far as the sizes of arguments and
/// results allow.
final class CallWindow: Sendable {
    private struct State {
        var limit: Int
        var underWay = 0
        /// Results since the last widening.
        var passed = 0
        /// The mean size of a call and its result, in bytes; recent ones count more.
        var size = 0.0
        var isWaiting = false
    }

    private static let memory = 64.0 * 1024 * 1024
    private static let most = 1 << 16

    private let least: Int
    private let state: Locked<State>
    private let room = Parker()

    /// - Parameter workerCount: every worker is to have something to do, whatever the sizes.
    init(workerCount: Int) {
        least = 4 * max(1, workerCount)
        state = Locked(State(limit: min(Self.most, 16 * least)))
    }

    /// Whether another call would have to wait.
    var isFull: Bool { state.withLock { $0.underWay >= $0.limit } }

    /// Waits until the window has room.
    func waitForRoom() {
        while state.withLock({ state in
            state.isWaiting = state.underWay >= state.limit
            return state.isWaiting
        }) {
            _ = room.park(until: nil)
        }
    }

    /// A call has begun.
    func begin() { state.withLock { $0.underWay += 1 } }

    /// Results have been written: so many calls, with so many bytes in all.
    func end(_ count: Int, bytes: Int) {
        let wakes = state.withLock { state in
            state.underWay -= count
            state.passed += count
            let size = Double(bytes) / Double(max(1, count))
            // A large result counts at once, so that no more of its kind come than can be kept.
            state.size = max(size, state.size * 0.75 + size * 0.25)
            if state.passed >= state.limit {
                state.passed = 0
                state.limit *= 2
            }
            let fitting = Int(min(Double(Self.most), Self.memory / max(1, state.size)))
            state.limit = max(least, min(state.limit, fitting))
            // Half a window at once: the producer is not to be woken for every call.
            guard state.isWaiting, state.underWay <= state.limit / 2 else { return false }
            state.isWaiting = false
            return true
        }
        if wakes { room.unpark() }
    }
}
