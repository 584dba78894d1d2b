internal import CMPIFutures
internal import Glibc
internal import Processes
internal import Tracing

/// The trace of a launcher's run.
enum TraceOption {
    /// Begins the trace in the master, before its program begins. Ends the process with status 2 if that cannot be done.
    static func open() {
        guard let path = Runtime.shared.defaultTrace else { return }
        do {
            _ = try Runtime.shared.trace(path, version: MPIFUTURES_VERSION)
        } catch {
            Log.error("\(error)")
            exit(2)
        }
    }
}
