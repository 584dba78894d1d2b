package import Launching
internal import Waiting

extension Runtime {
    /// Forks the first process of this rank's runner, if the rank is to own one.
    ///
    /// Call it before MPI starts, before the program is loaded, and before this process has another thread. A rank that
    /// turns out to serve by itself dismisses the process.
    ///
    /// - Parameter work: Runs in the new process.
    package func forkRunner(_ settings: Settings, _ work: (ForkedRunner.Assignment) -> Never) {
        guard mayIsolateRanks(settings), let rank = ProcessManager.rank, rank > 0 else { return }
        let runner = ForkedRunner.fork(readsOutput: labelsOutput, work)
        state.withLock { $0.forkedRunner = runner }
    }

    /// Hands over the process that was forked, once.
    func takeForkedRunner() -> ForkedRunner? {
        state.withLock { state in
            defer { state.forkedRunner = nil }
            return state.forkedRunner
        }
    }
}
