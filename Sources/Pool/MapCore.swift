internal import DequeModule
internal import Waiting
package import Wire

/// The results of one map, without the type of its elements. Each element has a slot, and no object of its own.
///
/// The caller produces elements in order. The dispatcher fills their slots in any order. Consumers take the results;
/// there is usually one.
package final class MapCore: Sendable {
    fileprivate struct State {
        var slots = MapSlots()
        var failures: [Int: any Error] = [:]
        var isProduced = false
        var isCancelled = false
        /// Whether nobody will take results any more. Results are dropped as they arrive.
        var isAbandoned = false
        /// Unordered maps only: the filled slots, in the order in which they were filled.
        var filled: Deque<Int> = []
        /// The element that the consumers wait for. They wait for any element if the map is unordered.
        var awaited: Int?
        /// Wakes the consumers that wait; there is usually one.
        var wakers: [@Sendable () -> Void] = []
    }

    private let state = Locked(State())
    package let isOrdered: Bool

    package init(isOrdered: Bool) { self.isOrdered = isOrdered }

    // MARK: The producer

    /// Adds slots for `count` more elements. Returns the index of the first one.
    package func extend(by count: Int) -> Int {
        state.withLock { state in
            let first = state.slots.end
            state.slots.extend(by: count)
            return first
        }
    }

    /// Marks the map as complete: no more elements will come.
    package func finishProducing() { wakeAfter { $0.isProduced = true } }

    // MARK: The dispatcher

    package var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Fills the slots from `first` on with the records of `buffer` that begin at `offsets`.
    package func fill(first: Int, buffer: FrameBuffer, offsets: UnsafeBufferPointer<UInt32>) {
        wakeAfter { state in
            if state.isAbandoned { return }
            state.slots.fill(first: first, buffer: buffer, offsets: offsets)
            if !isOrdered { state.filled.append(contentsOf: first..<first + offsets.count) }
        }
    }

    package func fail(_ range: Range<Int>, with error: any Error) {
        wakeAfter { state in
            if state.isAbandoned { return }
            for index in range {
                state.slots.fail(index)
                state.failures[index] = error
                if !isOrdered { state.filled.append(index) }
            }
        }
    }

    /// Changes the state, and wakes the consumers if the result that they wait for has arrived.
    private func wakeAfter(_ change: (inout State) -> Void) {
        let wakers = state.withLock { state -> [@Sendable () -> Void] in
            change(&state)
            guard !state.wakers.isEmpty, state.isReady(isOrdered: isOrdered) else { return [] }
            return state.takeWakers()
        }
        for wake in wakers { wake() }
    }

    // MARK: The consumer

    /// Takes results: those from `index` on, or any that have arrived if the map is unordered.
    ///
    /// - Parameters:
    ///   - index: The number of results that have been taken before.
    ///   - leavesQuick: Whether the results of an ordered map end before one that `copyBytes` or `takePlanned` may take.
    ///     The first result is taken in any case.
    ///   - wake: Called once when there is a result, if there is none yet. Several consumers may wait.
    package func take(
        from index: Int,
        limit: Int,
        leavesQuick: Bool = false,
        wake: (@Sendable () -> Void)?
    ) -> MapBatch {
        var outcomes: [Outcome] = []
        switch take(from: index, limit: limit, leavesQuick: leavesQuick, wake: wake, { outcomes.append($1) }) {
        case .some: return .outcomes(outcomes)
        case .nothingYet: return .nothingYet
        case .end: return .end
        }
    }

    package enum Availability: Sendable { case some, nothingYet, end }

    /// Takes results like the function above, each together with the index of its element.
    package func take(
        from index: Int,
        limit: Int,
        leavesQuick: Bool = false,
        wake: (@Sendable () -> Void)?,
        _ body: (_ index: Int, _ outcome: Outcome) -> Void
    ) -> Availability {
        state.withLock { state in
            if state.isAbandoned { return .end }
            var count = 0
            while count < limit, !(leavesQuick && isOrdered && count > 0 && state.slots.isQuick(index + count)),
                let next = state.nextFilled(after: index + count, isOrdered: isOrdered)
            {
                body(next, state.takeSlot(next))
                count += 1
            }
            if count > 0 { return .some }
            if state.isProduced && index == state.slots.end { return .end }
            state.awaited = index
            if let wake { state.wakers.append(wake) }
            return .nothingYet
        }
    }

    /// Copies results that are trivial values of `size` bytes to `place`, `stride` bytes apart. It takes those that
    /// have arrived, from `index` on, up to the first that is something else.
    ///
    /// - Returns: The number of results; 0 for an unordered map, whose results `take` returns.
    package func copyBytes(
        from index: Int,
        limit: Int,
        to place: UnsafeMutableRawPointer,
        size: Int,
        stride: Int
    ) -> Int {
        guard isOrdered else { return 0 }
        return state.withLock { state in
            if state.isAbandoned { return 0 }
            return state.slots.copy(from: index, limit: limit, to: place, size: size, stride: stride)
        }
    }

    /// Takes results that plans have written and that came in one frame. It takes those that have arrived, from `index`
    /// on, up to the first that is something else.
    ///
    /// - Parameter offsets: Receives the offsets of the results' records.
    /// - Returns: The frame and the number of the results. Returns nil if there is no such result, and for an unordered
    ///   map, whose results `take` returns.
    package func takePlanned(
        from index: Int,
        to offsets: UnsafeMutableBufferPointer<UInt32>
    ) -> (buffer: FrameBuffer, count: Int)? {
        guard isOrdered else { return nil }
        return state.withLock { state in
            state.isAbandoned ? nil : state.slots.takePlanned(from: index, to: offsets)
        }
    }

    /// Cancels the calls that have not been sent to a worker, drops all results, and wakes all consumers.
    package func cancel() {
        let wakers = state.withLock { state in
            state.isCancelled = true
            state.dropResults()
            return state.takeWakers()
        }
        for wake in wakers { wake() }
    }

    /// Drops all results, present and future ones. The calls are made nevertheless.
    package func abandon() { state.withLock { $0.dropResults() } }
}

extension MapCore.State {
    fileprivate mutating func dropResults() {
        isAbandoned = true
        slots.removeAll()
        failures = [:]
        filled = []
    }

    fileprivate func isReady(isOrdered: Bool) -> Bool {
        guard let awaited else { return false }
        if isAbandoned { return true }
        if isProduced && awaited == slots.end { return true }
        return isOrdered ? slots.isFilled(awaited) : !filled.isEmpty
    }

    fileprivate mutating func takeWakers() -> [@Sendable () -> Void] {
        defer { wakers = [] }
        return wakers
    }

    /// Returns the element whose result is taken next, after `count` others.
    fileprivate mutating func nextFilled(after count: Int, isOrdered: Bool) -> Int? {
        if isOrdered { return slots.isFilled(count) ? count : nil }
        return filled.popFirst()
    }

    fileprivate mutating func takeSlot(_ index: Int) -> Outcome {
        if let payload = slots.take(index) { return .payload(payload) }
        return .failure(failures.removeValue(forKey: index) ?? PoolFailure.shutDown)
    }
}
