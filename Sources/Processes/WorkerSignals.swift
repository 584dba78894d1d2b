internal import Glibc

/// SIGINT and SIGTERM in a worker.
///
/// mpiexec passes them on to every rank. The master deals with them and says goodbye; a worker whose master does not
/// is not to outlive it for long.
enum WorkerSignals {
    /// In seconds; longer than a master takes.
    private static var limit: UInt32 { 10 }

    static func install() {
        for number in SignalAction.ofInterruption {
            SignalAction.install(number) { _, _, _ in _ = alarm(WorkerSignals.limit) }
        }
    }
}
