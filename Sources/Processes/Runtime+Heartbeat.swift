package import Transport
internal import Waiting

extension Runtime {
    /// Sets the heartbeat between hosts, by the launcher's word.
    package func setHeartbeat(_ choice: HeartbeatChoice) { state.withLock { $0.heartbeat = choice } }

    /// The heartbeat of pools whose executors say nothing of it; nil for none.
    package func heartbeat(_ settings: Settings) -> Heartbeat? {
        state.withLock { $0.heartbeat.map(\.heartbeat) ?? settings.heartbeat }
    }
}
