internal import Identities
internal import Wire

/// The dispatcher's knowledge of one worker.
struct WorkerLink {
    let id: WorkerID
    /// The worker's identity; nil until the worker has reported.
    var identity: WorkerIdentity?
    /// The number of callables whose definitions the worker has received.
    private(set) var knownCallables = 0
    /// The frames that the worker has to answer, in the order in which they were sent.
    var frames: [FrameInFlight] = []
    /// The executors whose start was sent to the worker, without a report on the initializer so far.
    var introducedTo: Set<ExecutorID> = []
    var saidGoodbye = false
    var hasLeft = false
    /// Whether the transport has lost the worker. It counts as one that has left.
    private(set) var isLost = false

    init(_ id: WorkerID) { self.id = id }

    /// Whether the worker has to answer a frame or a goodbye.
    var isAwaited: Bool { !frames.isEmpty || (saidGoodbye && !hasLeft) }

    /// Returns the numbers of the definitions that the next frame has to bring, and counts them as received.
    mutating func learn(_ count: Int) -> Range<Int> {
        defer { knownCallables = max(knownCallables, count) }
        return min(knownCallables, count)..<count
    }

    /// Takes note that the transport has lost the worker.
    mutating func lose() {
        isLost = true
        saidGoodbye = true
        hasLeft = true
        introducedTo = []
    }

    mutating func failFrames(of queue: TaskQueue, with error: any Error) {
        for index in frames.indices where frames[index].queue === queue { frames[index].fail(with: error) }
    }
}
