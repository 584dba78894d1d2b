package import Waiting
internal import Wire

/// The state of one future, without the type of its value.
///
/// It goes from pending to running to finished, or from pending to cancelled, and never back. Who waits for it or
/// wants to be called leaves an `Observer`. No lock is ever taken while a future's own is held.
package final class FutureCore: Sendable {
    package enum Phase: UInt8, Sendable {
        case pending, running, cancelled, finished

        package var isDone: Bool { self == .cancelled || self == .finished }
    }

    /// Who hears of the end.
    package struct Observer: Sendable {
        fileprivate let token: ObjectIdentifier?
        fileprivate let queue: CallbackQueue?
        fileprivate let notify: @Sendable () -> Void

        /// Someone of this library: called at once, on the thread that ends the future; must neither wait nor call out.
        ///
        /// - Parameter token: by which the observer can be taken back.
        package init(token: AnyObject? = nil, notify: @escaping @Sendable () -> Void) {
            self.token = token.map { ObjectIdentifier($0) }
            queue = nil
            self.notify = notify
        }

        /// Code of the user's: called on `queue`.
        package init(on queue: CallbackQueue, notify: @escaping @Sendable () -> Void) {
            token = nil
            self.queue = queue
            self.notify = notify
        }

        fileprivate func callAsFunction() {
            if let queue { queue.add(notify) } else { notify() }
        }
    }

    fileprivate struct State {
        var phase = Phase.pending
        var outcome: Outcome?
        var observers: [Observer] = []
        /// What this future, derived from others, waits for.
        var source: Source?
    }

    /// What a derived future waits for: futures that are cancelled with it.
    package struct Source: Sendable {
        let futures: [FutureCore]
        /// Whether the derived future will end like the first of them.
        let isFollowed: Bool

        package init(_ futures: [FutureCore], isFollowed: Bool = false) {
            self.futures = futures
            self.isFollowed = isFollowed
        }
    }

    private let state: Locked<State>

    package init() { state = Locked(State()) }

    /// A future that has ended already.
    package init(_ outcome: Outcome) {
        state = Locked(State(phase: .finished, outcome: outcome))
    }

    package var phase: Phase { state.withLock { $0.phase } }

    /// How it ended; nil while it has not.
    package var outcome: Outcome? { state.withLock { $0.outcome } }

    /// From pending to running; false if it was cancelled before.
    package func start() -> Bool {
        state.withLock { state in
            guard state.phase == .pending else { return false }
            state.phase = .running
            return true
        }
    }

    /// Cancels a pending future and what it waits for. True also if it was cancelled before.
    ///
    /// A chain of derived futures may be longer than the thread's stack is deep, so this goes along it in a loop.
    package func cancel() -> Bool {
        var cancellation = cancelAlone()
        var sources = cancellation.sources
        while let source = sources.popLast() {
            let next = source.cancelAlone()
            sources += next.sources
            cancellation.observers += next.observers
        }
        for observer in cancellation.observers.reversed() { observer() }
        return cancellation.isCancelled
    }

    /// Cancels a pending future. The caller cancels its sources and calls its observers.
    private func cancelAlone() -> (isCancelled: Bool, sources: [FutureCore], observers: [Observer]) {
        state.withLock { state in
            guard state.phase == .pending else { return (state.phase == .cancelled, [], []) }
            let sources = state.source?.futures ?? []
            state.source = nil
            // Backwards, since those of the futures that this one waits for come first.
            return (true, sources, state.end(.cancelled, .cancelled).reversed())
        }
    }

    /// Ends the future.
    ///
    /// - Returns: false, and nothing has changed, if it had ended already.
    @discardableResult
    package func complete(_ outcome: Outcome) -> Bool {
        let observers = state.withLock { state -> [Observer]? in
            state.phase.isDone ? nil : state.end(.finished, outcome)
        }
        guard let observers else { return false }
        for observer in observers { observer() }
        return true
    }

    /// Says what this future waits for; cancelling it cancels that. False if it has ended.
    package func follow(_ source: Source) -> Bool {
        state.withLock { state in
            if state.phase.isDone { return false }
            state.source = source
            return true
        }
    }

    /// Whether this future will end like `other`, directly or by way of others.
    package func follows(_ other: FutureCore) -> Bool {
        var next: FutureCore? = self
        while let future = next {
            if future === other { return true }
            next = future.state.withLock { state in
                state.source.flatMap { $0.isFollowed ? $0.futures.first : nil }
            }
        }
        return false
    }

    /// Adds an observer; false if the future has ended, and then the observer is not called.
    package func observe(_ observer: Observer) -> Bool {
        state.withLock { state in
            if state.phase.isDone { return false }
            state.observers.append(observer)
            return true
        }
    }

    /// Takes an observer back; false if it has been called or is about to be.
    @discardableResult
    package func removeObserver(token: AnyObject) -> Bool {
        let token = ObjectIdentifier(token)
        return state.withLock { state in
            guard let index = state.observers.firstIndex(where: { $0.token == token }) else { return false }
            state.observers.remove(at: index)
            return true
        }
    }

    /// Keeps a decoded value in place of the bytes that it came from.
    package func replacePayload(by value: any Sendable) {
        state.withLock { state in
            if case .payload = state.outcome { state.outcome = .value(value) }
        }
    }

    /// Waits for the end; nil if `deadline` passes first, and the future is none the worse for it.
    ///
    /// - Parameter helper: Whose work the caller may do meanwhile, in order to be there sooner.
    package func wait(until deadline: Instant?, helping helper: (any WaitHelper)? = nil) -> Outcome? {
        if let outcome { return outcome }
        sleep(until: deadline, helper)
        return outcome
    }

    private func sleep(until deadline: Instant?, _ helper: (any WaitHelper)?) {
        if let helper, helper.isForked {
            complete(.failure(PoolFailure.forked))
            return
        }
        // Falling asleep and waking up takes longer than many a call.
        if deadline.map({ $0 > Instant.now }) ?? true {
            let isDone = { self.phase.isDone }
            if helper?.wait(until: isDone) ?? SpinWait.wait(until: isDone) { return }
        }
        let parker = Parker()
        if observe(Observer(token: parker) { parker.unpark() }), !parker.park(until: deadline) {
            removeObserver(token: parker)
        }
    }

    /// Waits for the end; copies a result that is a trivial value of `size` bytes, and tells whether it is one.
    ///
    /// A frame that is large stays with the caller's other way, which lets it go.
    package func waitForBytes(
        until deadline: Instant?,
        helping helper: (any WaitHelper)?,
        _ place: UnsafeMutableRawPointer,
        _ size: Int
    ) -> Bool {
        var answer = copyBytes(place, size)
        if answer == nil {
            sleep(until: deadline, helper)
            answer = copyBytes(place, size)
        }
        return answer ?? false
    }

    /// Nil if the future has not ended.
    private func copyBytes(_ place: UnsafeMutableRawPointer, _ size: Int) -> Bool? {
        state.withLock { state in
            guard state.phase.isDone else { return nil }
            guard case .payload(let payload)? = state.outcome, payload.buffer.count <= 1 << 14 else { return false }
            return payload.copyTrivial(to: place, size)
        }
    }
}

extension FutureCore.State {
    /// Sets the end and returns who is to hear of it.
    fileprivate mutating func end(_ phase: FutureCore.Phase, _ outcome: Outcome) -> [FutureCore.Observer] {
        self.phase = phase
        self.outcome = outcome
        if phase == .finished { source = nil }
        defer { observers = [] }
        return observers
    }
}
