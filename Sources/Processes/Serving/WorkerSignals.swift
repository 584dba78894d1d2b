internal import Glibc

/// Handles SIGINT and SIGTERM in a worker.
///
/// mpiexec passes these signals on to every rank. The master handles them and dismisses the workers. A worker ends soon
/// even if its master does not.
enum WorkerSignals {
    /// The time after which the worker ends by itself, in seconds. It is longer than the master's limit.
    private static var limit: UInt32 { 10 }

    static func install() {
        for number in SignalAction.ofInterruption {
            SignalAction.install(number) { _, _, _ in _ = alarm(WorkerSignals.limit) }
        }
    }
}
