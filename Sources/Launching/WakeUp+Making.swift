internal import Linux

extension WakeUp {
    /// Makes one for the thread that looks after the workers.
    static func make() throws(LaunchError) -> WakeUp {
        guard let wakeUp = WakeUp() else {
            throw LaunchError("no file descriptor is left for the workers; raise the limit with 'ulimit -n'")
        }
        return wakeUp
    }
}
