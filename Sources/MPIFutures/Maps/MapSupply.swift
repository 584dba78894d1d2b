internal import Waiting

/// Makes the elements of a map as its results are returned, so that no more than a limit of them exists.
final class MapSupply: Sendable {
    private struct State: @unchecked Sendable {
        /// Makes that many elements. Returns false if there are no more.
        let make: (Int) throws -> Bool
        var made = 0
        var isExhausted = false
    }

    private let limit: Int
    private let step: Int
    private let state: Locked<State>

    /// - Parameters:
    ///   - chunks: The most chunks whose elements exist and have not been returned.
    ///   - size: The number of elements in a chunk, which are made at once. With nil a chunk has one element, and the
    ///     supply chooses how many are made at once.
    ///   - make: Makes that many elements. Returns false if there are no more. A thread that takes results calls it,
    ///     one thread at a time.
    init(chunks: Int, ofSize size: Int?, make: @escaping (Int) throws -> Bool) {
        let (product, overflow) = chunks.multipliedReportingOverflow(by: size ?? 1)
        // This limit is never reached, and the number of results can be added to it without overflow.
        limit = overflow ? .max / 2 : min(product, .max / 2)
        // Small steps keep the buffer full, and large steps save messages.
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
