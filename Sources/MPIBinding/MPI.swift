import CMPI
import Glibc
import Synchronization

/// The MPI environment of this process.
package enum MPI {
    /// The phase of the process between MPI's start and its end.
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

    /// The phase, as this module has brought it about.
    ///
    /// Reading it makes no call to MPI and never waits. So a watchdog on any thread can tell that `finalize()` does not
    /// return.
    package static var phase: Phase { Phase(rawValue: knownPhase.load(ordering: .acquiring)) ?? .uninitialized }

    /// Loads the MPI library, and starts MPI, or joins it if the program has started it already. Errors on the world and
    /// self communicators are then returned and do not end the job.
    ///
    /// Further calls only return the level. If this function starts MPI, it removes UCX's handlers for SIGSEGV and
    /// similar signals, unless the user has set `UCX_ERROR_SIGNALS`.
    ///
    /// If the level is below `serialized`, only the thread that started MPI may use this module.
    ///
    /// The corresponding MPI functions are `MPI_Init_thread` and `MPI_Query_thread`.
    ///
    /// - Parameter requested: The level to ask for. MPI may provide a lower or a higher one.
    /// - Returns: The level that MPI provides.
    /// - Throws: `MPILibraryError`, `MPIError`.
    @discardableResult
    package static func initialize(requesting requested: ThreadLevel = .multiple) throws -> ThreadLevel {
        try start.withLock { start throws -> ThreadLevel in
            if let start { return start.level }
            try openLibrary()
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
            MPICallLock.adapt(to: level)
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

    /// Calls `observer` when code outside of this module calls `MPI_Finalize`, before that does anything. The observer
    /// may end the process. It must not call MPI.
    ///
    /// MPI reports the call by deleting an attribute of the self communicator: see "Allowing User Functions at MPI
    /// Finalization" in the standard.
    package static func observeFinalize(_ observer: @escaping @Sendable () -> Void) {
        finalizeObserver.withLock { $0 = observer }
    }

    private static func finalizeBegins() {
        guard phase == .active else { return }
        finalizeObserver.withLock { $0 }?()
    }

    /// The level that MPI provides; nil before `initialize`.
    package static var threadLevel: ThreadLevel? { start.withLock { $0?.level } }

    /// Whether the program had started MPI before `initialize`. If so, the program also ends MPI.
    package static var wasJoined: Bool { start.withLock { $0?.wasJoined ?? false } }

    /// Whether MPI has been started, by this module or by other code. It stays true after MPI has ended.
    ///
    /// The corresponding MPI function is `MPI_Initialized`, which can be called in any phase and on any thread.
    package static var isInitialized: Bool {
        guard hasLibrary else { return false }
        var flag: CInt = 0
        return cmpi_initialized(&flag) == 0 && flag != 0
    }

    /// Whether MPI has ended, by this module or by other code.
    ///
    /// The corresponding MPI function is `MPI_Finalized`, which can be called in any phase and on any thread.
    package static var isFinalized: Bool {
        guard hasLibrary else { return false }
        var flag: CInt = 0
        return cmpi_finalized(&flag) == 0 && flag != 0
    }

    /// Ends MPI, unless it was joined: the code that starts MPI ends it.
    ///
    /// Collective over all connected processes. No other thread may be using MPI. The function does nothing before
    /// `initialize` and after the end.
    ///
    /// The function may never return: after the death of a process of the job, and with MPICH 4 over TCP even without
    /// one. A watchdog that finds `phase` still at `finalizing` can only call `abort(code:)`. Calling `leave(status:)`
    /// in place of this function avoids the problem.
    ///
    /// The corresponding MPI function is `MPI_Finalize`.
    package static func finalize() throws(MPIError) {
        guard phase == .active, !wasJoined, !isFinalized else { return }
        knownPhase.store(Phase.finalizing.rawValue, ordering: .releasing)
        try check("MPI_Finalize") { Napping.during(.startAndEnd) { cmpi_finalize() } }
        knownPhase.store(Phase.finalized.rawValue, ordering: .releasing)
    }

    /// Ends all processes of the job at once, whatever other threads do. It ends this process even if MPI does not run
    /// or its call returns.
    ///
    /// Text that was written to standard output shortly before may be lost.
    ///
    /// The corresponding MPI function is `MPI_Abort` of the world communicator.
    ///
    /// - Parameter code: The job's exit status. A status outside of 1...255 becomes 1: 256 would reach the shell as 0.
    package static func abort(code: Int) -> Never {
        let status = CInt(1...255 ~= code ? code : 1)
        // The call does not take the lock, since the very call that hangs may hold it.
        if isInitialized, !isFinalized { _ = cmpi_abort(status) }
        _exit(status)
    }
}
