internal import Identities
internal import Linux
internal import Waiting
internal import Wire

/// How the dispatcher's thread waits while there is nothing to do.
struct IdleState {
    /// How the thread sleeps.
    enum SleepMode: Equatable {
        /// The thread is awake.
        case none
        /// The thread looks at the workers again before long.
        case brief
        /// The thread sleeps until a caller rings, or until memory is to be given back.
        case deep(until: Instant)
    }

    var backoff: Backoff
    /// Whether the last step found something to do.
    var wasBusy = true
    var sleepMode = SleepMode.none
    /// Whether callers do the thread's work while it sleeps, so that rings do not wake it.
    var ringsAreSuppressed = false
    /// A frame that came in while the dispatcher made ready to sleep.
    var earlyFrame: (worker: WorkerID, frame: FrameBuffer)?
    var heapTrimmer = HeapTrimmer()

    init(_ limits: Backoff.Limits) { backoff = Backoff(limits) }

    /// Whether the thread has slept in order to give free memory back to the system.
    var isHeapTrimDue: Bool {
        guard case .deep(let until) = sleepMode else { return false }
        return heapTrimmer.pause != nil && Instant.now >= until
    }
}
