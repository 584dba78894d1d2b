internal import Waiting

/// Makes the elements of a map as its results are handed out, so that no more than a limit of them exists.
final class MapSupply: Sendable {
    private struct State: @unchecked Sendable {
        /// Makes so many elements; false if there are no more.
        let make: (Int) throws -> Bool
        var made = 0
        var isExhausted = false
    }

    private let limit: Int
    private let step: Int
    private let state: Locked<State>

    /// - Parameters:
    ///   - chunks: How many chunks of elements may exist and not have been handed out.
    ///   - size: How many elements a chunk has, and how many are made at once; nil for 1, and to choose.
    ///   - make: Makes so many elements; false if there are no more. Called by one thread at a time, by whichever
    ///     takes results.
    init(chunks: Int, ofSize size: Int?, make: @escaping (Int) throws -> Bool) {
        let (product, overflow) = chunks.multipliedReportingOverflow(by: size ?? 1)
        // A limit that is never reached, and to which the number of results can be added.
        limit = overflow ? .max / 2 : min(product, .max / 2)
        // Small steps keep the buffer full, large ones save messages.
        step = min(size ?? max(1, limit / 4), limit)
        state = Locked(State(make: make))
    }

    /// Makes elements until the limit is reached.
    func refill(handedOut: Int) throws {
        try state.withLock { state in
            while !state.isExhausted, handedOut + limit - state.made >= step {
                let count = min(step, handedOut + limit - state.made)
                state.made += count
                state.isExhausted = try !state.make(count)
            }
        }
    }
}
