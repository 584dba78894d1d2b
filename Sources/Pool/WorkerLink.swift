internal import Identities
internal import Wire

/// What the dispatcher knows of one worker.
struct WorkerLink {
    let id: WorkerID
    /// Known once the worker has reported.
    var identity: WorkerIdentity?
    /// How many callables the worker has been told of.
    private(set) var knownCallables = 0
    /// What it has to answer, in the order in which it was sent.
    var frames: [FrameInFlight] = []
    /// Executors whose initializer the worker was sent and has not reported on.
    var introducedTo: Set<ExecutorID> = []
    var saidGoodbye = false
    var hasLeft = false

    init(_ id: WorkerID) { self.id = id }

    /// Whether the worker has to answer a frame or a goodbye.
    var isAwaited: Bool { !frames.isEmpty || (saidGoodbye && !hasLeft) }

    /// The definitions that the next frame has to bring.
    mutating func learn(_ count: Int) -> Range<Int> {
        defer { knownCallables = max(knownCallables, count) }
        return min(knownCallables, count)..<count
    }

    mutating func failFrames(of queue: TaskQueue, with error: any Error) {
        for index in frames.indices where frames[index].queue === queue { frames[index].fail(with: error) }
    }
}
