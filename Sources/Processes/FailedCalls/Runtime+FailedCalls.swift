internal import Linux
package import Pool
internal import Waiting

extension Runtime {
    /// Whether the launcher runs calls in place of a program. They name their libraries themselves.
    package var runsCalls: Bool {
        get { state.withLock { $0.runsCalls } }
        set { state.withLock { $0.runsCalls = newValue } }
    }

    /// Sets where calls that have ended their worker for the last time are saved, for all executors that do not say so
    /// themselves.
    package func setFailedCalls(directory: String) { state.withLock { $0.failedCalls = directory } }

    /// Returns the function that saves failed calls.
    ///
    /// - Parameter directory: The directory that the executor's options name; nil if they name none.
    /// - Returns: Nil if nobody has asked for failed calls to be saved.
    package func failedCallKeeper(
        _ directory: String?,
        _ language: any CallLanguage
    ) -> (@Sendable (FailedCall) -> Void)? {
        let chosen = directory ?? state.withLock { $0.failedCalls } ?? Environment.nonEmpty("MPIFUTURES_SAVE_FAILED")
        guard let chosen else { return nil }
        let keeper = FailedCallKeeper(directory: chosen, language)
        return { keeper.keep($0) }
    }
}
