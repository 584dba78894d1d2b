internal import Glibc
internal import Linux
internal import MPIBinding
internal import MPIFutures
internal import Processes
internal import Synchronization
internal import Waiting

/// Handles SIGINT and SIGTERM in the master: drops the work, dismisses the workers and ends the process.
enum MasterSignals {
    private static let number = Atomic<Int32>(0)
    private static let arrived = Parker()
    /// How long the orderly end may take, in seconds. A reader that has stopped reading standard output, for instance,
    /// can delay it forever.
    private static var limit: UInt32 { 5 }

    /// The signal that has arrived, if any.
    static var received: Int? {
        let number = number.load(ordering: .sequentiallyConsistent)
        return number == 0 ? nil : Int(number)
    }

    /// Returns whether a signal has arrived or arrives within half a second.
    static func arrivesSoon() -> Bool {
        let deadline = Instant.after(.milliseconds(500))
        while received == nil {
            guard Instant.now < deadline else { return false }
            usleep(1000)
        }
        return true
    }

    static func install() {
        // The state is made now, because a signal handler must not be the first to initialise a static.
        _ = received
        _ = arrived
        _ = MPI.phase
        // The handler only wakes this thread, because little is permitted in a signal handler.
        let handler = try? Thread(name: "mpif-signals") {
            _ = arrived.park(until: nil)
            Supervisors.end()
            // This call does not return: the last step ends the process.
            Runtime.shared.end(status: 128 + (received ?? 0))
        }
        guard let handler else { return }
        handler.detach()
        for number in SignalAction.ofInterruption {
            SignalAction.install(number) { number, _, _ in MasterSignals.take(number) }
        }
    }

    /// Runs in a signal handler.
    private static func take(_ number: Int32) {
        guard
            Self.number.compareExchange(expected: 0, desired: number, ordering: .sequentiallyConsistent).exchanged
        else { return }
        SignalAction.install(SIGALRM) { _, _, _ in MasterSignals.giveUp() }
        alarm(limit)
        arrived.unpark()
    }

    /// Runs in a signal handler.
    private static func giveUp() {
        PrematureEnd.allow()
        let status = 128 + number.load(ordering: .sequentiallyConsistent)
        if MPI.phase == .active || MPI.phase == .finalizing { MPI.killJob(status: status) }
        _exit(status)
    }
}
