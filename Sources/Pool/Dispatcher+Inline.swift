internal import Transport
internal import Waiting

/// Callers that run the dispatcher inline.
///
/// A caller that waits for a result has a core, which it would have to share with the dispatcher's thread. So the
/// caller does the dispatcher's work itself while the thread sleeps. This needs a transport on which every worker
/// rings. Docs/Decisions/0015 and 0031 have the reasons.
extension Dispatcher {
    /// The state of a caller after it has run the dispatcher inline.
    enum InlineRun {
        /// The dispatcher's thread is awake and does its work itself.
        case threadIsAwake
        /// The caller may look again. If the rings are suppressed, the caller must look again or call `endInlineRun`.
        case looking(ringsAreSuppressed: Bool)
        /// The condition holds, or the dispatcher comes to its end. The thread has its work back.
        case ended
    }

    /// Does the work of the dispatcher's thread `looks` times, or until `isDone` holds.
    ///
    /// - Parameter waitingCallers: The number of callers that look for a result at the moment.
    func runInline(looks: Int, waitingCallers: Int, until isDone: () -> Bool) -> InlineRun {
        guard suppressRings() else { return .threadIsAwake }
        for _ in 0..<looks {
            if work() { idling.backoff.reset() }
            // Shutdown must run on the dispatcher's thread.
            if isDone() || isStopping || failure != nil {
                endInlineRun()
                return .ended
            }
        }
        // The caller now offers its core to other threads, and may not get it back for milliseconds. Its own result can
        // wait that long, but the results of others cannot.
        guard workers.tasksInFlight <= waitingCallers else {
            endInlineRun()
            return .looking(ringsAreSuppressed: false)
        }
        return .looking(ringsAreSuppressed: true)
    }

    /// Sends the tasks that were queued while no frame was in flight, or while a caller runs the dispatcher inline.
    ///
    /// - Returns: False if the dispatcher's thread has to send them.
    func runInlineOnce() -> Bool {
        let isRunInline = idling.ringsAreSuppressed
        guard isRunInline || !isAwaitingWorkers, suppressRings() else { return false }
        if work() { idling.backoff.reset() }
        if !isRunInline { endInlineRun() }
        return true
    }

    /// Gives the work back to the dispatcher's thread, and wakes the thread if it has something to do.
    ///
    /// - Parameter hasGivenUp: Whether the caller goes to sleep before it has its result.
    func endInlineRun(hasGivenUp: Bool = false) {
        guard idling.sleepMode != .none else { return }
        if idling.ringsAreSuppressed {
            transport.doorbell.restoreRings()
            idling.ringsAreSuppressed = false
        }
        // The look for an arrival comes first, since a large frame that begins to arrive then makes the thread needed.
        let hasCome = hasArrival() || !inbox.isEmpty
        let hasToWatch = hasGivenUp && isAwaitingWorkers && idling.sleepMode != .brief
        if hasCome || hasToWatch || isThreadNeeded { transport.doorbell.ring() }
    }

    private func suppressRings() -> Bool {
        guard idling.sleepMode != .none, !isStopping, failure == nil else { return false }
        if !idling.ringsAreSuppressed { idling.ringsAreSuppressed = transport.doorbell.suppressRings() }
        return idling.ringsAreSuppressed
    }

    /// Whether the dispatcher's thread has to wake up. For replies that are due soon, the doorbell is enough.
    private var isThreadNeeded: Bool {
        if isStopping || failure != nil { return true }
        // The thread does not know how long it may sleep if a caller has added tasks that wait.
        if nextRetry != nil { return true }
        guard isAwaitingWorkers else { return false }
        if case .none = transport.traffic { return idling.sleepMode != .brief && isWaitLong }
        return true
    }
}
