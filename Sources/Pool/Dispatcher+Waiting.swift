internal import Linux
internal import Transport
internal import Waiting

extension Dispatcher {
    /// The thread's next action while no other thread has the dispatcher.
    enum IdleAction {
        case none
        case yield
        case sleep(Doorbell, until: Instant)
        /// The thread ends, since nothing is left to do.
        case end
    }

    /// Does the work that there is, and returns how the thread waits for more.
    func step() -> IdleAction {
        let isBusy = work()
        if hasEnded { return .end }
        defer { idling.wasBusy = isBusy }
        if isBusy {
            idling.backoff.reset()
            return .none
        }
        guard isAwaitingWorkers else { return idleWithoutFrames() }
        // On a busy host, a core that polls is a core that some worker lacks.
        if idling.wasBusy && isWaitLong || inbox.hasWaitingCallers { idling.backoff.skipToSleep() }
        switch idling.backoff.idle(transport.traffic) {
        case .spin: return .none
        case .yield: return .yield
        case .sleep(let nanoseconds):
            let retry = nextRetry ?? .never
            return beginSleep(.brief) {
                min(Instant.now.advanced(byNanoseconds: transport.announceSleep(nanoseconds)), retry)
            } unless: {
                !inbox.isEmpty || hasArrival()
            }
        }
    }

    /// Returns how the thread waits while nothing is in flight.
    ///
    /// A caller that has received a result often has the next task. Falling asleep at once would cost more than
    /// polling.
    private func idleWithoutFrames() -> IdleAction {
        switch inbox.hasWaitingCallers ? .sleep(nanoseconds: 0) : idling.backoff.idle() {
        case .spin: return .none
        case .yield: return .yield
        case .sleep:
            // After much work the thread sleeps in steps, so that it can return unused memory to the system.
            let until = Instant.now.advanced(byNanoseconds: idling.heapTrimmer.pause ?? .max)
            let deadline = min(until, nextRetry ?? .never)
            return beginSleep(.deep(until: until)) {
                deadline
            } unless: {
                !inbox.isEmpty
            }
        }
    }

    private func beginSleep(
        _ mode: IdleState.SleepMode,
        until deadline: () -> Instant,
        unless condition: () -> Bool
    ) -> IdleAction {
        let bell = transport.doorbell
        bell.beginSleep()
        let until = deadline()
        if condition() {
            bell.endSleep(wasRung: false)
            return .none
        }
        idling.sleepMode = mode
        return .sleep(bell, until: until)
    }

    /// Ends the sleep of the thread, also if callers run the dispatcher inline.
    ///
    /// - Parameter hasTrimmed: Whether the thread has given memory back to the system.
    func endSleep(_ bell: Doorbell, wasRung: Bool, hasTrimmed: Bool) {
        if bell.endSleep(wasRung: wasRung) { idling.backoff.wake() }
        if hasTrimmed { idling.heapTrimmer.noteTrim() }
        idling.sleepMode = .none
        idling.ringsAreSuppressed = false
    }
}
