internal import CLinux
internal import Glibc
internal import Launching
internal import MPIBinding
internal import Synchronization
internal import Worker

/// Reports calls that would take a process out of its job silently: `_exit`, `quick_exit`, `MPI_Finalize`, and
/// `pthread_exit` on a thread that the job needs.
///
/// After such a call mpiexec would kill the other ranks with status 0 and no message, or they would wait forever.
/// Instead the process names the caller and ends the job with a status other than 0. See
/// `Docs/Decisions/0017-premature-ends.md`.
package enum PrematureEnd {
    private static let isWatching = Atomic(false)
    private static let isAllowed = Atomic(false)
    /// The number of users of this process: the launcher's program, serve loops, pools.
    private static let users = Atomic(0)
    /// The number of those users that need MPI.
    private static let usersOfMPI = Atomic(0)

    /// Registers a user of this process.
    ///
    /// - Parameter usesMPI: Whether the user needs MPI too.
    package static func begin(usesMPI: Bool = false) {
        watch()
        users.add(1, ordering: .relaxed)
        if usesMPI { usersOfMPI.add(1, ordering: .relaxed) }
    }

    /// Removes a user.
    package static func end(usesMPI: Bool = false) {
        users.subtract(1, ordering: .relaxed)
        if usesMPI { usersOfMPI.subtract(1, ordering: .relaxed) }
    }

    /// Permits all those calls from now on, because the job is over for this process.
    package static func allow() { isAllowed.store(true, ordering: .relaxed) }

    /// Declares that the job needs the calling thread, which runs the user's code.
    package static func needThread() { clinux_need_thread(1) }

    private static func watch() {
        // A pool may be made on any thread, but only the main thread is needed.
        if clinux_is_main_thread() != 0 { needThread() }
        guard !isWatching.exchange(true, ordering: .relaxed) else { return }
        clinux_observe_ends { function, status in
            PrematureEnd.processEnds(function, status)
        } _: {
            PrematureEnd.threadEnds()
        }
        MPI.observeFinalize { PrematureEnd.finalizeBegins() }
    }

    private static var isNeeded: Bool {
        !isAllowed.load(ordering: .relaxed) && (users.load(ordering: .relaxed) > 0 || CurrentTask.isInside)
    }

    // May run in a signal handler.
    private static func processEnds(_ function: UnsafePointer<CChar>?, _ status: Int32) {
        guard isNeeded, let function else { return }
        CrashReport.write("called ", function, status: status, remedy: "; return or throw an error instead")
        endJob(status: status & 0xff == 0 || status < 0 ? 1 : status & 0xff)
    }

    private static func threadEnds() {
        guard isNeeded else { return }
        CrashReport.write("called pthread_exit", remedy: "; return from the function instead")
        endJob(status: 1)
    }

    private static func finalizeBegins() {
        guard !isAllowed.load(ordering: .relaxed), usersOfMPI.load(ordering: .relaxed) > 0 else { return }
        CrashReport.write("called MPI_Finalize", remedy: "; remove the call, mpifutures ends MPI by itself")
        endJob(status: 1)
    }

    private static func endJob(status: Int32) -> Never {
        allow()
        if MPI.phase == .active {
            StandardStreams.drain()
            MPI.killJob(status: status)
        }
        clinux_end_now(status)
        while true { pause() }
    }
}
