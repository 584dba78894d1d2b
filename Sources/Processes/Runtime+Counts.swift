package import Pool
internal import Waiting

extension Runtime {
    /// What has become of the tasks of all pools so far, and how many workers there are.
    package var taskCounts: (counts: TaskCounts, workers: Int) {
        let (past, pools) = state.withLock { ($0.pastCounts, Array($0.livePools.values)) }
        return (pools.reduce(past) { $0 + $1.counts }, pools.reduce(0) { $0 + $1.workerCount })
    }
}
