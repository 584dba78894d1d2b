internal import Glibc
internal import MPIBinding
internal import MPIFutures
internal import PluginForms
internal import Processes

/// Handles SIGINT and SIGTERM while a plugin is being unpacked or compiled.
enum EarlySignals {
    static func install() {
        // The state is made now, since a signal handler must not initialise a static.
        CompiledScript.prepareToInterrupt()
        _ = MPI.phase
        for number in SignalAction.ofInterruption {
            SignalAction.install(number) { number, _, _ in EarlySignals.end(number) }
        }
    }

    /// Runs in a signal handler.
    private static func end(_ number: Int32) {
        CompiledScript.interrupt()
        // The guardian removes the unpacked files.
        if MPI.phase == .active { MPI.killJob(status: 128 + number) }
        _exit(128 + number)
    }
}
