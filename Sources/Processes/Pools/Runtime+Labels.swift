internal import Identities
internal import Linux
internal import Waiting

extension Runtime {
    /// Has each line of a worker's output labelled, for all executors.
    package func labelOutput() { state.withLock { $0.labelsOutput = true } }

    /// Whether the launcher has each line of a worker's output labelled.
    package var labelsOutput: Bool { state.withLock { $0.labelsOutput } }

    /// Whether the ranks of this job are on several hosts. All ranks hear the same from the roll call.
    var isJobOnManyHosts: Bool {
        get { state.withLock { $0.isJobOnManyHosts } }
        set { state.withLock { $0.isJobOnManyHosts = newValue } }
    }

    /// Returns the text before each line of a worker's output, which names the worker, and its host in a job of several
    /// hosts. Call it on the worker's host.
    ///
    /// - Parameter isWanted: Whether the executor's options ask for labels. The launcher may ask, too.
    /// - Returns: Nil if nobody asks for labels.
    func outputLabel(isWanted: Bool = false) -> (@Sendable (WorkerID) -> String)? {
        guard isWanted || labelsOutput else { return nil }
        let place = isJobOnManyHosts ? "@\(HostName.current)" : ""
        return { "[\(Rank(of: $0).number)\(place)] " }
    }
}
