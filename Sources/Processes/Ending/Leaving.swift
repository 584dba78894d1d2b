internal import CLinux
internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding
internal import Synchronization
internal import Waiting

/// Ends a process of a job, so that its output arrives and no other process waits for it in vain.
package enum Leaving {
    /// The timeout of `MPI_Finalize`, in seconds. Profilers write their reports in that call.
    static let defaultTimeout = 10.0
    /// How many seconds longer the other ranks wait. Rank 0 gives up first, because it carries the job's status.
    private static let extraTimeout = 2.0

    private static let agreedPolicy = Locked(FinalizePolicy.finalize(timeout: defaultTimeout))

    /// The policy that all processes of the job have agreed on.
    package static var policy: FinalizePolicy {
        get { agreedPolicy.withLock { $0 } }
        set { agreedPolicy.withLock { $0 = newValue } }
    }

    private static let lostRanks = Atomic(false)

    /// Whether ranks of this job were lost. They take part in no collective call any more, and the process manager may
    /// wait for them for ever: the job must be killed in the end.
    package static var hasLostRanks: Bool { lostRanks.load(ordering: .relaxed) }

    static func noteLostRanks() { lostRanks.store(true, ordering: .relaxed) }

    /// Ends this process with status 0. It is a worker, or a rank of a job that does not begin.
    package static func endWorker() -> Never {
        clinux_flush_stdout()
        leaveMPI(status: 0)
        exit(0)
    }

    /// Leaves MPI by the agreed policy. The process must exit right afterwards.
    package static func leaveMPI(status: Int) {
        PrematureEnd.allow()
        guard MPI.phase == .active, !MPI.isFinalized else { return }
        if hasLostRanks { quit(status: status) }
        switch policy {
        case .finalize(let timeout): finalize(status: status, timeout: timeout)
        case .announce:
            // Some process managers have no message for that.
            if !MPI.announceEnd() { finalize(status: status, timeout: defaultTimeout) }
        }
    }

    private static func finalize(status: Int, timeout: Double) {
        let isMaster = ProcessManager.isSpeaker
        let timeout = timeout + (isMaster ? 0 : extraTimeout)
        let done = Parker()
        let watchdog = try? Thread(name: "mpif-watchdog") {
            if done.park(until: .after(.seconds(timeout))) { return }
            // All processes have exchanged their last messages, so nothing is lost by exiting now.
            if isMaster { quit(status: status) }
            clinux_flush_stdout()
            clinux_end_now(0)
        }
        do { try MPI.finalize() } catch { Log.warning("\(error)") }
        done.unpark()
        watchdog?.join()
    }

    /// Ends this process, a worker whose master is lost, as a regular end. The process manager, if there still is one,
    /// does not end the others for that: the master may live, and go on without this worker.
    package static func leaveLostMaster() -> Never {
        PrematureEnd.allow()
        clinux_flush_stdout()
        SharedSegments.unlinkAll()
        _ = MPI.announceEnd()
        _exit(0)
    }

    /// Ends this process at once. If it has not left MPI yet, the whole job ends with it.
    package static func quit(status: Int) -> Never {
        PrematureEnd.allow()
        clinux_flush_stdout()
        if MPI.phase == .active || MPI.phase == .finalizing {
            StandardStreams.drain()
            SharedSegments.unlinkAll()
            MPI.killJob(status: CInt(status))
            MPI.abort(code: status)
        }
        _exit(CInt(status))
    }
}
