internal import Glibc
internal import Linux
internal import MPIBinding
internal import MPIFutures
internal import Processes
internal import Synchronization
internal import Waiting

/// Handles signals in the master. SIGINT and SIGTERM drop the work, dismiss the workers and end the process. SIGUSR1, and
/// SIGTERM if calls have a grace, let no further call begin first.
enum MasterSignals {
    private static let number = Atomic<Int32>(0)
    /// The signal after which no further call begins; 0 if none has arrived.
    private static let notice = Atomic<Int32>(0)
    private static let arrived = Parker()
    /// How long the orderly end may take, in seconds. A reader that has stopped reading standard output, for instance,
    /// can delay it forever.
    private static var limit: UInt32 { 5 }

    /// The signal that has arrived, if any.
    static var received: Int? {
        let number = number.load(ordering: .sequentiallyConsistent)
        return number == 0 ? nil : Int(number)
    }

    /// Whether a signal has arrived after which no further call begins.
    static var hasNotice: Bool { notice.load(ordering: .sequentiallyConsistent) != 0 }

    /// The status of a run that a signal ends. A batch system that has announced the end by another signal before gets
    /// that of a run that is to be started again.
    static var statusAfterSignal: Int {
        let signal = number.load(ordering: .sequentiallyConsistent)
        return signal == 0 || signal == SIGTERM && hasNotice ? RunDraining.status : 128 + Int(signal)
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
        _ = notice.load(ordering: .relaxed)
        _ = MPI.phase
        hasGrace.store(RunDraining.grace != nil, ordering: .sequentiallyConsistent)
        // The handler only wakes this thread, because little is permitted in a signal handler.
        let handler = try? Thread(name: "mpif-signals") {
            waitForEnd()
            Supervisors.end()
            // This call does not return: the last step ends the process.
            if received != nil { Runtime.shared.end(status: statusAfterSignal) }
            SignalAction.install(SIGALRM) { _, _, _ in MasterSignals.giveUp() }
            alarm(limit)
            Runtime.shared.end(status: RunDraining.status)
            _exit(CInt(RunDraining.status))
        }
        guard let handler else { return }
        handler.detach()
        for number in SignalAction.ofInterruption {
            SignalAction.install(number) { number, _, _ in MasterSignals.take(number) }
        }
        guard !SignalAction.isIgnored(SIGUSR1) else { return }
        SignalAction.install(SIGUSR1) { number, _, _ in MasterSignals.announce(number) }
    }

    /// Whether calls that run may end after SIGTERM.
    private static let hasGrace = Atomic(false)
    /// How long the program may take to end when its last calls have been dropped, in nanoseconds.
    private static let timeForProgram: UInt64 = 2_000_000_000

    /// Waits until the process has to end, and prepares that as far as there is time.
    private static func waitForEnd() {
        var deadline = RunDraining.deadline
        var hasNotice = false
        while true {
            let isWoken = arrived.park(until: deadline)
            if received != nil { return }
            let number = notice.load(ordering: .sequentiallyConsistent)
            if isWoken, number != 0, !hasNotice {
                hasNotice = true
                let end = RunDraining.grace.map { Instant.after(.seconds($0)) }
                deadline = [deadline, end].compactMap { $0 }.min()
                RunDraining.drain(number == SIGUSR1 ? "SIGUSR1 has arrived" : "SIGTERM has arrived", until: deadline)
            } else if let last = deadline, Instant.now >= last {
                RunDraining.drain("the time is over", until: deadline)
                Runtime.shared.dropRunningCalls()
                // The program finds that its calls have failed, and ends by itself.
                _ = arrived.park(until: Instant.now.advanced(byNanoseconds: timeForProgram))
                return
            }
        }
    }

    /// Runs in a signal handler.
    private static func announce(_ number: Int32) {
        _ = notice.compareExchange(expected: 0, desired: number, ordering: .sequentiallyConsistent)
        arrived.unpark()
    }

    /// Runs in a signal handler.
    private static func take(_ number: Int32) {
        // A second signal ends the run at once.
        let isFirst = notice.load(ordering: .sequentiallyConsistent) == 0
        if number == SIGTERM, isFirst, hasGrace.load(ordering: .sequentiallyConsistent) { return announce(number) }
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
        let status = CInt(statusAfterSignal)
        if MPI.phase == .active || MPI.phase == .finalizing { MPI.killJob(status: status) }
        _exit(status)
    }
}
