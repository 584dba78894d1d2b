internal import Transport
internal import Waiting

/// Callers that run the dispatcher inline.
///
/// A caller that waits for a result has a core, which it would have to share with the dispatcher's thread. So the caller
/// does the dispatcher's work itself while the thread sleeps. This needs a transport on which every worker rings.
extension Dispatcher {
    /// Does the work of the dispatcher's thread until `isDone` holds, or for as long as it pays to stay awake.
    ///
    /// - Returns: Whether `isDone` holds; nil if the dispatcher's thread is awake and does its work itself.
    func runInline(until isDone: () -> Bool) -> Bool? {
        guard suppressRings() else { return nil }
        // Shutdown must run on the dispatcher's thread.
        let hasCome = SpinWait.wait {
            if work() { idling.backoff.reset() }
            return isDone() || isStopping || failure != nil
        }
        returnToThread(hasGivenUp: !hasCome)
        return isDone()
    }

    /// Sends the tasks that were queued while no frame was in flight.
    ///
    /// - Returns: False if the dispatcher's thread has to send them.
    func runInlineOnce() -> Bool {
        guard !isAwaitingWorkers, suppressRings() else { return false }
        if work() { idling.backoff.reset() }
        returnToThread()
        return true
    }

    private func suppressRings() -> Bool {
        idling.sleepMode != .none && !isStopping && failure == nil && transport.doorbell.suppressRings()
    }

    private func returnToThread(hasGivenUp: Bool = false) {
        transport.doorbell.restoreRings()
        // The look for an arrival comes first, since a large frame that begins to arrive then makes the thread needed.
        let hasCome = hasArrival() || !inbox.isEmpty
        let hasToWatch = hasGivenUp && isAwaitingWorkers && idling.sleepMode != .brief
        if hasCome || hasToWatch || isThreadNeeded { transport.doorbell.ring() }
    }

    /// Whether the dispatcher's thread has to wake up. For replies that are due soon, the doorbell is enough.
    private var isThreadNeeded: Bool {
        if isStopping || failure != nil { return true }
        guard isAwaitingWorkers else { return false }
        if case .none = transport.traffic { return idling.sleepMode != .brief && isWaitLong }
        return true
    }
}
