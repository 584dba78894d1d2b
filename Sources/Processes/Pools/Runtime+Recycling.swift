internal import Waiting

extension Runtime {
    /// Sets how many calls each worker process makes at most, for all executors that do not say so themselves.
    package func setMaxCallsPerWorker(_ count: Int) { state.withLock { $0.maxCallsPerWorker = count } }

    /// How many calls each worker process makes at most before another one takes its place: by the launcher's word, or
    /// else by that of the environment; nil for any number.
    package var maxCallsPerWorker: Int? {
        get throws { try state.withLock { $0.maxCallsPerWorker } ?? Settings.fromEnvironment().maxCallsPerWorker }
    }
}
