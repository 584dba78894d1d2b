internal import CLinux
internal import Glibc
internal import Launching
internal import MPIBinding
internal import Synchronization
internal import Worker

/// Calls that would take a process out of its job without a word: `_exit`, `quick_exit`, `pthread_exit` on a thread that
/// the job needs, and `MPI_Finalize`.
///
/// mpiexec kills the other ranks then, with status 0 and in silence, or they wait for ever. So the process says who
/// has made the call, and ends the job with another status than 0. See `Docs/Decisions/0017-premature-ends.md`.
package enum PrematureEnd {
    private static let isWatching = Atomic(false)
    private static let isAllowed = Atomic(false)
    /// How many things in this process need it to stay: the launcher's program, a serve loop, pools.
    private static let users = Atomic(0)
    /// How many of them need MPI.
    private static let usersOfMPI = Atomic(0)

    /// From now on this process is needed.
    ///
    /// - Parameter usesMPI: Whether MPI is needed too.
    package static func begin(usesMPI: Bool = false) {
        watch()
        users.add(1, ordering: .relaxed)
        if usesMPI { usersOfMPI.add(1, ordering: .relaxed) }
    }

    /// What has begun is over.
    package static func end(usesMPI: Bool = false) {
        users.subtract(1, ordering: .relaxed)
        if usesMPI { usersOfMPI.subtract(1, ordering: .relaxed) }
    }

    /// The job is over for this process: it may end in any way.
    package static func allow() { isAllowed.store(true, ordering: .relaxed) }

    /// Says that the job needs the calling thread: one that runs code of the user's.
    package static func needThread() { clinux_need_thread(1) }

    private static func watch() {
        // A pool may be made on any thread.
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
