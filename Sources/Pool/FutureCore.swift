package import Waiting
internal import Wire

/// The state of one future, without the type of its value.
///
/// A future goes from pending to running to finished, and never back. It may be cancelled while it is pending, and while
/// it runs if its pool can end calls. Whoever waits for
/// it, or wants to be called, adds an `Observer`. No other lock is ever taken while a future's own lock is held.
package final class FutureCore: Sendable {
    package enum Phase: UInt8, Sendable {
        case pending, running, cancelled, finished

        package var isDone: Bool { self == .cancelled || self == .finished }
    }

    /// A function that is called when a future ends.
    package struct Observer: Sendable {
        fileprivate let token: ObjectIdentifier?
        fileprivate let queue: CallbackQueue?
        fileprivate let notify: @Sendable () -> Void

        /// Makes an observer of this library. It is called at once, on the thread that ends the future. It must neither
        /// wait nor call user code.
        ///
        /// - Parameter token: The object by which `removeObserver` finds the observer.
        package init(token: AnyObject? = nil, notify: @escaping @Sendable () -> Void) {
            self.token = token.map { ObjectIdentifier($0) }
            queue = nil
            self.notify = notify
        }

        /// Makes an observer that runs user code. It is called on `queue`.
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
        /// Whether the call can be ended while it runs.
        var canEnd = false
        var outcome: Outcome?
        var observers: [Observer] = []
        /// The futures that this future is derived from and waits for.
        var source: Source?
    }

    /// The futures that a derived future waits for. They are cancelled together with it.
    package struct Source: Sendable {
        let futures: [FutureCore]
        /// Whether the derived future will have the same outcome as the first of them.
        let isFollowed: Bool

        package init(_ futures: [FutureCore], isFollowed: Bool = false) {
            self.futures = futures
            self.isFollowed = isFollowed
        }
    }

    private let state: Locked<State>

    /// - Parameter canEnd: Whether the call can be ended while it runs.
    package init(canEnd: Bool = false) { state = Locked(State(canEnd: canEnd)) }

    /// Makes a future that has ended already.
    package init(_ outcome: Outcome) {
        state = Locked(State(phase: .finished, outcome: outcome))
    }

    package var phase: Phase { state.withLock { $0.phase } }

    /// The outcome; nil while the future has not ended.
    package var outcome: Outcome? { state.withLock { $0.outcome } }

    /// Changes the state from pending to running. Returns false if the future was cancelled before.
    package func start() -> Bool {
        state.withLock { state in
            guard state.phase == .pending else { return false }
            state.phase = .running
            return true
        }
    }

    /// The result of a cancellation.
    package struct Cancellation {
        /// Whether the future is cancelled, also if it was before.
        package var isCancelled: Bool
        /// Whether a call is cancelled that runs, so that its pool has to end it.
        package var wasRunning = false
    }

    /// Cancels a future and the futures that it waits for, if they are pending; with `running`, also those that run and
    /// can be ended.
    ///
    /// The function is a loop, since a chain of derived futures may be longer than the thread's stack is deep.
    package func cancel(running: Bool) -> Cancellation {
        var cancelled = cancelAlone(running: running)
        var sources = cancelled.sources
        while let source = sources.popLast() {
            let next = source.cancelAlone(running: running)
            sources += next.sources
            cancelled.observers += next.observers
            cancelled.result.wasRunning = cancelled.result.wasRunning || next.result.wasRunning
        }
        for observer in cancelled.observers.reversed() { observer() }
        return cancelled.result
    }

    /// Cancels a pending future and the futures that it waits for. Returns whether the future is cancelled, also if it
    /// was before.
    package func cancel() -> Bool { cancel(running: false).isCancelled }

    /// Cancels this future alone. The caller cancels its sources and calls its observers.
    private func cancelAlone(
        running: Bool
    ) -> (result: Cancellation, sources: [FutureCore], observers: [Observer]) {
        state.withLock { state in
            let wasRunning = state.phase == .running
            guard state.phase == .pending || running && wasRunning && state.canEnd else {
                return (Cancellation(isCancelled: state.phase == .cancelled), [], [])
            }
            let sources = state.source?.futures ?? []
            state.source = nil
            // The observers are in reverse order, since observers of the sources are called first.
            let result = Cancellation(isCancelled: true, wasRunning: wasRunning)
            return (result, sources, state.end(.cancelled, .cancelled).reversed())
        }
    }

    /// Ends the future.
    ///
    /// - Returns: False, without any effect, if the future had ended already.
    @discardableResult
    package func complete(_ outcome: Outcome) -> Bool {
        let observers = state.withLock { state -> [Observer]? in
            state.phase.isDone ? nil : state.end(.finished, outcome)
        }
        guard let observers else { return false }
        for observer in observers { observer() }
        return true
    }

    /// Sets the futures that this future waits for. Cancelling this future cancels them. Returns false if this future
    /// has ended.
    package func follow(_ source: Source) -> Bool {
        state.withLock { state in
            if state.phase.isDone { return false }
            state.source = source
            return true
        }
    }

    /// Returns whether this future will have the same outcome as `other`, directly or by way of further futures.
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

    /// Adds an observer. Returns false if the future has ended; then the observer is not called.
    package func observe(_ observer: Observer) -> Bool {
        state.withLock { state in
            if state.phase.isDone { return false }
            state.observers.append(observer)
            return true
        }
    }

    /// Removes an observer. Returns false if it has been called or is about to be.
    @discardableResult
    package func removeObserver(token: AnyObject) -> Bool {
        let token = ObjectIdentifier(token)
        return state.withLock { state in
            guard let index = state.observers.firstIndex(where: { $0.token == token }) else { return false }
            state.observers.remove(at: index)
            return true
        }
    }

    /// Replaces the bytes of the outcome by the value that was decoded from them.
    package func replacePayload(by value: any Sendable) {
        state.withLock { state in
            if case .payload = state.outcome { state.outcome = .value(value) }
        }
    }

    /// Waits for the end. Returns nil if `deadline` passes first; the future goes on.
    ///
    /// - Parameter helper: The pool whose work the caller may do while it waits, to have the result sooner.
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
        // Falling asleep and waking up takes longer than many a call takes.
        if deadline.map({ $0 > Instant.now }) ?? true {
            let isDone = { self.phase.isDone }
            if helper?.wait(until: isDone) ?? SpinWait.wait(until: isDone) { return }
        }
        let parker = Parker()
        if observe(Observer(token: parker) { parker.unpark() }), !parker.park(until: deadline) {
            removeObserver(token: parker)
        }
    }

    /// Waits for the end. If the result is a trivial value of `size` bytes, copies it to `place` and returns true.
    ///
    /// The function returns false for results in large frames: the caller's general path releases the frame.
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

    /// Copies the result, if it is a small trivial value. Returns nil if the future has not ended.
    private func copyBytes(_ place: UnsafeMutableRawPointer, _ size: Int) -> Bool? {
        state.withLock { state in
            guard state.phase.isDone else { return nil }
            guard case .payload(let payload)? = state.outcome, payload.buffer.count <= 1 << 14 else { return false }
            return payload.copyTrivial(to: place, size)
        }
    }
}

extension FutureCore.State {
    /// Sets the outcome and returns the observers to be called.
    fileprivate mutating func end(_ phase: FutureCore.Phase, _ outcome: Outcome) -> [FutureCore.Observer] {
        self.phase = phase
        self.outcome = outcome
        if phase == .finished { source = nil }
        defer { observers = [] }
        return observers
    }
}
