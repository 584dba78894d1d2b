internal import Glibc
internal import Synchronization

/// Handles SIGINT and SIGTERM in a worker.
///
/// mpiexec passes these signals on to every rank. The master handles them and dismisses the workers. A worker ends soon
/// even if its master does not.
enum WorkerSignals {
    /// The time after which the worker ends by itself, in seconds. It is longer than the master's limit.
    private static var limit: UInt32 { 10 }

    /// How much longer a worker may work after such a signal, in seconds: until the master's calls have ended.
    private static let grace = Atomic<UInt32>(0)

    /// Lets workers outlive SIGTERM until the master has no calls any more.
    static func setGrace(_ seconds: Double) { grace.store(UInt32(min(seconds, 1e9)), ordering: .relaxed) }

    static func install() {
        _ = grace.load(ordering: .relaxed)
        ignoreNotices()
        for number in SignalAction.ofInterruption {
            SignalAction.install(number) { _, _, _ in
                _ = alarm(WorkerSignals.limit + WorkerSignals.grace.load(ordering: .relaxed))
            }
        }
    }

    /// Lets SIGUSR1 pass, by which batch systems announce the end of a job. It is for the master, but mpiexec passes it
    /// on to every rank. With a grace for calls that run, SIGTERM passes in a worker that its master ends.
    ///
    /// The signal is not ignored, since the programs that calls start would inherit that.
    static func ignoreNotices(isEndedByMaster: Bool = false) {
        SignalAction.install(SIGUSR1) { _, _, _ in }
        guard isEndedByMaster, grace.load(ordering: .relaxed) > 0 else { return }
        SignalAction.install(SIGTERM) { _, _, _ in }
    }
}
