import CMPI
import Glibc
import Synchronization

/// The MPI environment of this process.
package enum MPI {
    /// Where the process stands between MPI's start and its end.
    package enum Phase: Int, Sendable, Comparable {
        case uninitialized, active, finalizing, finalized

        package static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    private static let knownPhase = Atomic(Phase.uninitialized.rawValue)
    private static let start = Mutex<Start?>(nil)

    private struct Start {
        let level: ThreadLevel
        let wasJoined: Bool
    }

    /// The phase as far as this module brought it about.
    ///
    /// Makes no call to MPI and never waits, so that a watchdog can tell from any thread that
    /// `finalize()` does not come back.
    package static var phase: Phase { Phase(rawValue: knownPhase.load(ordering: .acquiring)) ?? .uninitialized }

    /// Starts MPI, or joins it if the program has started it already, and has errors on the world
    /// and self communicators returned instead of ending the job.
    ///
    /// Further calls do nothing but return the level. When MPI is started here, UCX's
    /// handlers for SIGSEGV and its like are taken out, unless the user has set `UCX_ERROR_SIGNALS`.
    ///
    /// Where the level is below `serialized`, only the thread that started MPI may use this module;
    /// `isMainThread` tells.
    ///
    /// The corresponding MPI functions are `MPI_Init_thread` and `MPI_Query_thread`.
    ///
    /// - Parameter requested: The level to ask for; MPI may provide less, or more.
    /// - Returns: The level that MPI provides.
    @discardableResult
    package static func initialize(requesting requested: ThreadLevel = .multiple) throws(MPIError) -> ThreadLevel {
        try start.withLock { start throws(MPIError) -> ThreadLevel in
            if let start { return start.level }
            var provided: CInt = 0
            let wasJoined = isInitialized
            if wasJoined {
                try check("MPI_Query_thread") { cmpi_query_thread(&provided) }
            } else {
                cmpi_release_crash_signals()
                try check("MPI_Init_thread") {
                    Napping.during(.startAndEnd) { cmpi_init_thread(requested.cValue, &provided) }
                }
            }
            keepManager()
            let level = ThreadLevel(cValue: provided)
            Serialisation.adapt(to: level)
            for communicator in [Communicator.world, .selfOnly] {
                try check("MPI_Comm_set_errhandler") { cmpi_comm_set_errhandler_return(communicator.handle) }
            }
            try check("MPI_Comm_set_attr") { cmpi_observe_finalize { MPI.finalizeBegins() } }
            knownPhase.store(Phase.active.rawValue, ordering: .releasing)
            start = Start(level: level, wasJoined: wasJoined)
            return level
        }
    }

    private static let finalizeObserver = Mutex<(@Sendable () -> Void)?>(nil)

    /// Has `observer` called when others than this module call `MPI_Finalize`, before that does anything. It may end the
    /// process; calls of MPI are not for it.
    ///
    /// MPI tells of it by deleting an attribute of the self communicator: "Allowing User Functions at MPI Finalization" in
    /// the standard.
    package static func observeFinalize(_ observer: @escaping @Sendable () -> Void) {
        finalizeObserver.withLock { $0 = observer }
    }

    private static func finalizeBegins() {
        guard phase == .active else { return }
        finalizeObserver.withLock { $0 }?()
    }

    /// The level that MPI provides; nil before `initialize`.
    package static var threadLevel: ThreadLevel? { start.withLock { $0?.level } }

    /// Whether the program had started MPI by itself before `initialize`; then it also ends it.
    package static var wasJoined: Bool { start.withLock { $0?.wasJoined ?? false } }

    /// Whether the calling thread is the one that started MPI.
    ///
    /// The corresponding MPI function is `MPI_Is_thread_main`.
    package static var isMainThread: Bool {
        get throws(MPIError) { try value("MPI_Is_thread_main", cmpi_is_thread_main) != 0 }
    }

    /// Whether MPI has been started, by whomever; also true after it has ended.
    ///
    /// The corresponding MPI function is `MPI_Initialized`, which no phase and no thread makes fail.
    package static var isInitialized: Bool {
        var flag: CInt = 0
        return cmpi_initialized(&flag) == 0 && flag != 0
    }

    /// Whether MPI has ended, by whomever.
    ///
    /// The corresponding MPI function is `MPI_Finalized`, which no phase and no thread makes fail.
    package static var isFinalized: Bool {
        var flag: CInt = 0
        return cmpi_finalized(&flag) == 0 && flag != 0
    }

    /// Ends MPI, unless it was joined: who starts MPI ends it.
    ///
    /// Collective over all connected processes; no other thread may be using MPI. Does nothing
    /// before `initialize` and after the end.
    ///
    /// It may not come back: after the death of a process of the job, and with MPICH 4 over TCP even
    /// without one. A watchdog that finds `phase` still at `finalizing` can only `abort(code:)`;
    /// `leave(status:)` in place of this call avoids the matter.
    ///
    /// The corresponding MPI function is `MPI_Finalize`.
    package static func finalize() throws(MPIError) {
        guard phase == .active, !wasJoined, !isFinalized else { return }
        knownPhase.store(Phase.finalizing.rawValue, ordering: .releasing)
        try check("MPI_Finalize") { Napping.during(.startAndEnd) { cmpi_finalize() } }
        knownPhase.store(Phase.finalized.rawValue, ordering: .releasing)
    }

    /// Ends all processes of the job at once, whatever other threads are doing; the process itself
    /// is left even if MPI is not running or comes back.
    ///
    /// What was written to standard output shortly before may be lost.
    ///
    /// The corresponding MPI function is `MPI_Abort` of the world communicator.
    ///
    /// - Parameter code: The job's exit status. Outside 1...255 it becomes 1: a status of 256 would
    ///   reach the shell as 0.
    package static func abort(code: Int) -> Never {
        let status = CInt(1...255 ~= code ? code : 1)
        // Not through the funnel: the lock may be held by the very call that hangs.
        if isInitialized, !isFinalized { _ = cmpi_abort(status) }
        _exit(status)
    }
}
