internal import Plans
internal import Pool
internal import Waiting
internal import Wire

/// The position up to which the results of a map have been taken, without the type of the results.
@usableFromInline final class MapCursor: Sendable {
    private struct State {
        /// Results that have been taken from the map and not been returned.
        var taken: [Outcome] = []
        var position = 0
        /// Trivial results that have been taken from the map, in place of outcomes.
        var values = TrivialValues()
        /// The number of results that have been taken from the map.
        var count = 0
        var hasEnded = false
        /// Whether anybody has asked for a result.
        var hasBegun = false
    }

    /// The most results that are taken from the map at once.
    private static let batch = 256

    private let map: MapCore
    private let state = Locked(State())
    let deadline: Instant?
    /// Makes more elements as results are returned; nil if all of them have been made.
    private let supply: MapSupply?

    init(_ map: MapCore, deadline: Instant?, supply: MapSupply? = nil) {
        self.map = map
        self.deadline = deadline
        self.supply = supply
    }

    /// Cancels the calls that have not been sent to a worker, and ends the results.
    @usableFromInline func cancel() {
        // The flag is set first, so that a thread that the cancelling wakes finds the end.
        state.withLock { $0.hasEnded = true }
        map.cancel()
    }

    /// Ends the map because nobody is left to take results. As with a generator in Python, dropping the results cancels
    /// the calls only if a result has been asked for; otherwise all calls are made.
    func abandon() {
        if state.withLock({ $0.hasBegun }) { map.cancel() } else { map.abandon() }
    }

    /// Runs `body`, which queues the map's calls. If `body` throws, the calls that have been queued are cancelled.
    @inlinable @inline(__always)
    func cancellingIfThrows(_ body: () throws -> Void) throws {
        do { try body() } catch {
            cancel()
            throw error
        }
    }

    enum Step {
        case outcome(Outcome)
        case wait
        case end
    }

    /// Returns the next result. If there is none yet, `wake` is called once there is.
    func step(leavesQuick: Bool = false, wake: (@Sendable () -> Void)?) -> Step {
        state.withLock { state in
            state.hasBegun = true
            if state.hasEnded { return .end }
            if let payload = state.values.next() { return .outcome(.payload(payload)) }
            if state.position == state.taken.count {
                switch map.take(from: state.count, limit: Self.batch, leavesQuick: leavesQuick, wake: wake) {
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

    /// Copies the next results to `place`, one after the other, as long as they have arrived and are trivial values of
    /// `size` bytes. `next` returns the first that is something else.
    ///
    /// - Parameter stride: The distance of two values in `place`, in bytes.
    /// - Returns: The number of values copied, at most `limit`.
    @usableFromInline
    func nextBytes(_ place: UnsafeMutableRawPointer?, _ size: Int, _ stride: Int, limit: Int) -> Int {
        guard supply == nil, let place else { return 0 }
        return state.withLock { state in
            state.hasBegun = true
            guard !state.hasEnded, state.position == state.taken.count else { return 0 }
            if state.values.isEmpty {
                // A caller that wants many values gets them without an intermediate copy.
                let first = state.count
                if limit > 1 {
                    let count = map.copyBytes(from: first, limit: limit, to: place, size: size, stride: stride)
                    state.count += count
                    return count
                }
                state.count += state.values.fill(size: size) { values, room in
                    map.copyBytes(from: first, limit: room, to: values, size: size, stride: size)
                }
            }
            return state.values.copyNext(to: place, size, stride, limit: limit)
        }
    }

    /// Makes the next results at `place`, one after the other, as long as they have arrived and travelled by their
    /// plan. `next` returns the first that is something else.
    ///
    /// The function is not generic: it would look types up for each result.
    ///
    /// - Parameters:
    ///   - place: Memory that is not initialised. If an error is thrown, it is not initialised after that either, and
    ///     the results that were taken are lost.
    ///   - stride: The distance of two values in `place`, in bytes.
    ///   - limit: The most results, of which `offsets` has room for as many.
    /// - Returns: The number of values made.
    func nextPlanned(
        _ place: UnsafeMutableRawPointer,
        _ stride: Int,
        _ offsets: UnsafeMutableBufferPointer<UInt32>,
        _ plan: PlanCoder
    ) throws -> Int {
        guard supply == nil else { return 0 }
        let run = state.withLock { state -> (buffer: FrameBuffer, count: Int)? in
            state.hasBegun = true
            guard !state.hasEnded, state.position == state.taken.count, state.values.isEmpty else { return nil }
            let run = map.takePlanned(from: state.count, to: offsets)
            state.count += run?.count ?? 0
            return run
        }
        guard let (buffer, count) = run else { return 0 }
        let arrays = buffer.outOfBand
        var done = 0
        do {
            // Not under the lock: conformances may run.
            while done < count {
                var reader = FrameReader(buffer.bytes, at: Int(offsets[done]))
                let bytes = try reader.resultRecord().bytes
                try plan.decode(to: place + done * stride, from: bytes, outOfBand: arrays)
                done += 1
            }
        } catch {
            for index in 0..<done { plan.destroy(place + index * stride) }
            throw error
        }
        return count
    }

    /// Makes more elements in place of those that have been returned.
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

    /// Waits for the next result on this thread. Returns nil after the last one.
    ///
    /// - Parameter leavesQuick: Whether results that need no `Outcome` are left to `nextBytes` and `nextPlanned`.
    func next(leavesQuick: Bool) throws -> Outcome? {
        try refill()
        var parker: Parker?
        while true {
            let wake = parker.map { parker -> @Sendable () -> Void in { parker.unpark() } }
            switch step(leavesQuick: leavesQuick, wake: wake) {
            case .outcome(let outcome): return outcome
            case .end: return nil
            case .wait:
                // Most results have arrived already and need no parker.
                guard let waiting = parker else {
                    parker = Parker()
                    continue
                }
                if !waiting.park(until: deadline) { try giveUp() }
            }
        }
    }

    /// Suspends until there is a result. Returns nil after the last one.
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
