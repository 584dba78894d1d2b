internal import Transport
internal import Waiting

extension Dispatcher {
    /// What the dispatcher's thread does, with the dispatcher in nobody's hands, before it goes on.
    enum Rest {
        case none
        case yield
        case sleep(Doorbell, until: Instant)
        /// There is nothing to do any more.
        case end
    }

    /// How the thread sleeps.
    enum Sleep: Equatable {
        case none
        /// With another look at the workers before long.
        case brief
        /// Until a caller rings, or memory is to be given back.
        case deep(until: Instant)
    }

    /// Does what there is to do; says how to wait for more.
    func step() -> Rest {
        let isBusy = work()
        if hasEnded { return .end }
        defer { wasBusy = isBusy }
        if isBusy {
            backoff.reset()
            return .none
        }
        guard isAwaitingWorkers else { return rest() }
        // On a busy host a core spent on watching is a core that some worker lacks.
        if wasBusy && isWaitLong || pool.hasCallersWaiting { backoff.skipToSleep() }
        switch backoff.idle(transport.traffic) {
        case .spin: return .none
        case .yield: return .yield
        case .sleep(let nanoseconds):
            return lieDown(.brief, until: .now.advanced(byNanoseconds: nanoseconds)) { !pool.isQuiet || hasArrival() }
        }
    }

    /// Nothing is in flight. Whoever has got a result often has the next task: falling asleep at once would cost more.
    private func rest() -> Rest {
        switch pool.hasCallersWaiting ? .sleep(nanoseconds: 0) : backoff.idle() {
        case .spin: return .none
        case .yield: return .yield
        case .sleep:
            // After much work in steps, to give back the memory that it took.
            let until = Instant.now.advanced(byNanoseconds: tidying.pause ?? .max)
            return lieDown(.deep(until: until), until: until) { !pool.isQuiet }
        }
    }

    private func lieDown(_ sleep: Sleep, until: Instant, unless condition: () -> Bool) -> Rest {
        let bell = transport.doorbell
        bell.lieDown()
        if condition() {
            bell.getUp(wasRung: false)
            return .none
        }
        self.sleep = sleep
        return .sleep(bell, until: until)
    }

    /// The thread has slept.
    func getUp(_ bell: Doorbell, wasRung: Bool) {
        bell.getUp(wasRung: wasRung)
        if case .deep(let until) = sleep, tidying.pause != nil, pool.isQuiet, Instant.now >= until { tidying.tidy() }
        sleep = .none
    }
}

// MARK: - Callers in the thread's place

/// A caller that waits for a result has a core of its own, which the thread would have to share with it: so it does the
/// dispatcher's work itself while the thread sleeps. Only where every worker rings.
extension Dispatcher {
    /// Does the thread's work until `isDone` holds, or for as long as it pays to stay awake.
    ///
    /// - Returns: Whether it holds; nil if the thread is awake, and does its work itself.
    func standIn(until isDone: () -> Bool) -> Bool? {
        guard hush() else { return nil }
        // The end is the thread's.
        let hasCome = Patience.wait {
            _ = work()
            return isDone() || isStopping || failure != nil
        }
        handBack(hasGivenUp: !hasCome)
        return isDone()
    }

    /// Sends what has been queued while nothing was in flight; false if that is the thread's.
    func standInOnce() -> Bool {
        guard !isAwaitingWorkers, hush() else { return false }
        _ = work()
        handBack()
        return true
    }

    private func hush() -> Bool { sleep != .none && !isStopping && failure == nil && transport.doorbell.hush() }

    private func handBack(hasGivenUp: Bool = false) {
        transport.doorbell.unhush()
        let isNeeded = isThreadNeeded || hasGivenUp && isAwaitingWorkers && sleep != .brief
        if !pool.isQuiet || isNeeded || hasArrival() { transport.doorbell.ring() }
    }

    /// Whether the thread cannot sleep on as it does. What is expected soon its doorbell will tell it of.
    private var isThreadNeeded: Bool {
        if isStopping || failure != nil { return true }
        guard isAwaitingWorkers else { return false }
        if case .none = transport.traffic { return sleep != .brief && isWaitLong }
        return true
    }
}
