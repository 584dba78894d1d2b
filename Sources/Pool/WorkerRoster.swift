internal import Identities
internal import Wire

/// The workers of a pool, and how many of them have reported.
struct WorkerRoster {
    private(set) var links: [WorkerLink]
    private(set) var reported = 0

    init(count: Int) { links = (0..<count).map { WorkerLink(WorkerID($0)) } }

    var count: Int { links.count }
    var ids: some Sequence<WorkerID> { links.lazy.map(\.id) }

    func contains(_ worker: WorkerID) -> Bool { links.indices.contains(worker.number) }

    subscript(worker: WorkerID) -> WorkerLink {
        _read { yield links[worker.number] }
        _modify { yield &links[worker.number] }
    }

    // MARK: Start

    /// Takes note that a worker serves.
    mutating func join(_ worker: WorkerID, _ identity: WorkerIdentity) throws(WireError) {
        guard links[worker.number].identity == nil else { throw WireError("a worker reported twice", offset: 0) }
        links[worker.number].identity = identity
        reported += 1
    }

    var hasAllReported: Bool { reported == links.count }

    /// The identities of the workers in their order. Workers that have not reported are missing.
    var identities: [WorkerIdentity] { links.compactMap(\.identity) }

    /// The workers that have reported and can still be sent frames.
    var reachable: some Sequence<WorkerLink> { links.lazy.filter { $0.identity != nil && !$0.saidGoodbye } }

    /// The number of workers that are not lost.
    var servingCount: Int { links.count { !$0.isLost } }

    // MARK: Frames in flight

    /// All frames that wait for answers.
    var framesInFlight: [FrameInFlight] { links.flatMap(\.frames) }

    /// The number of tasks that wait for answers.
    var tasksInFlight: Int {
        links.reduce(0) { count, link in link.frames.reduce(count) { $0 + $1.count - $1.answered } }
    }

    /// Returns whether no worker is expected to answer within `nanoseconds`.
    func isIdle(forNanoseconds nanoseconds: UInt64) -> Bool {
        links.allSatisfy { link in link.frames.first.map { $0.expected > nanoseconds } ?? true }
    }

    /// Whether a worker has to answer a frame or a goodbye, or has not reported.
    var isAwaited: Bool { !hasAllReported || links.contains(where: \.isAwaited) }

    mutating func failFrames(of queue: TaskQueue, with error: any Error) {
        for index in links.indices { links[index].failFrames(of: queue, with: error) }
    }

    // MARK: End

    var haveAllLeft: Bool { links.allSatisfy(\.hasLeft) }
}
