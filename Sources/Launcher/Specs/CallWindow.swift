internal import Waiting

/// Limits the number of calls under way, so that memory stays bounded for any number of calls.
///
/// The window doubles each time that a full window of results has come, as far as the sizes of arguments and results
/// allow.
final class CallWindow: Sendable {
    private struct State {
        var limit: Int
        var underWay = 0
        /// The number of results since the window was doubled.
        var passed = 0
        /// The mean size of a call and its result, in bytes. Recent calls have more weight.
        var size = 0.0
        var isWaiting = false
    }

    private static let memory = 64.0 * 1024 * 1024
    private static let most = 1 << 16

    private let least: Int
    private let state: Locked<State>
    private let room = Parker()

    /// - Parameter workerCount: The number of workers. The window never has fewer calls than keep all of them busy.
    init(workerCount: Int) {
        least = 4 * max(1, workerCount)
        state = Locked(State(limit: min(Self.most, 16 * least)))
    }

    /// Returns whether another call has to wait.
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

    /// The size of arguments from which on they limit the window.
    private static let largeArguments = 1 << 14

    /// Counts a call that begins, with `bytes` bytes of arguments.
    func begin(bytes: Int) {
        state.withLock { state in
            state.underWay += 1
            guard bytes > Self.largeArguments else { return }
            state.size = max(state.size, Double(bytes))
            state.limit = max(least, min(state.limit, Int(Self.memory / state.size)))
        }
    }

    /// Counts `count` calls whose results have been written, with `bytes` bytes in all.
    func end(_ count: Int, bytes: Int) {
        let wakes = state.withLock { state in
            state.underWay -= count
            state.passed += count
            let size = Double(bytes) / Double(max(1, count))
            // A large result counts at once, so that no more results of its size come than fit into memory.
            state.size = max(size, state.size * 0.75 + size * 0.25)
            if state.passed >= state.limit {
                state.passed = 0
                state.limit *= 2
            }
            let fitting = Int(min(Double(Self.most), Self.memory / max(1, state.size)))
            state.limit = max(least, min(state.limit, fitting))
            // The producer waits until half of the window is free, so that it is not woken for every call.
            guard state.isWaiting, state.underWay <= state.limit / 2 else { return false }
            state.isWaiting = false
            return true
        }
        if wakes { room.unpark() }
    }
}
