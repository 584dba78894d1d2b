internal import CLinux
internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding
internal import Waiting

/// How a process of a job leaves MPI: everything that was written arrives, and nobody is waited for in vain.
package enum Leaving {
    /// What the processes of a job do about MPI once they have said goodbye to one another.
    package enum Manner: Equatable, Sendable {
        /// Call `MPI_Finalize`, and leave without it if it has not come back after so many seconds.
        case finalize(patience: Double)
        /// Tell the process manager, and leave. See `Docs/Decisions/0010-leaving-mpi.md`.
        case announce

        /// The patience as a number; 0 stands for `announce`.
        package var patience: Double {
            switch self {
            case .finalize(let patience): patience
            case .announce: 0
            }
        }

        package init(patience: Double) { self = patience > 0 ? .finalize(patience: patience) : .announce }
    }

    /// For how many seconds to wait for `MPI_Finalize`, in which profilers write what they have measured.
    static let patience = 10.0
    /// More than any other process waits: rank 0, which carries the status, is the one to give up first.
    private static let furtherPatience = 2.0

    private static let chosenManner = Locked(Manner.finalize(patience: patience))

    /// What the processes have agreed on.
    package static var manner: Manner {
        get { chosenManner.withLock { $0 } }
        set { chosenManner.withLock { $0 = newValue } }
    }

    /// Has a worker, or a process of a job that does not begin, end well.
    package static func endWorker() -> Never {
        clinux_flush_stdout()
        leaveMPI(status: 0)
        exit(0)
    }

    /// Leaves MPI, as a regular end; what follows is the end of the process.
    package static func leaveMPI(status: Int) {
        PrematureEnd.allow()
        guard MPI.phase == .active, !MPI.isFinalized else { return }
        switch manner {
        case .finalize(let patience): finalize(status: status, patience: patience)
        case .announce:
            // Not every process manager can be told.
            if !MPI.announceEnd() { finalize(status: status, patience: patience) }
        }
    }

    private static func finalize(status: Int, patience: Double) {
        let isMaster = ProcessManager.isSpeaker
        let patience = patience + (isMaster ? 0 : furtherPatience)
        let done = Parker()
        let watchdog = try? Thread(name: "mpif-watchdog") {
            if done.park(until: .after(.seconds(patience))) { return }
            // Every process has said goodbye, so nothing is lost with what MPI still wants to do.
            if isMaster { quit(status: status) }
            clinux_flush_stdout()
            clinux_end_now(0)
        }
        do { try MPI.finalize() } catch { Log.warning("\(error)") }
        done.unpark()
        watchdog?.join()
    }

    /// Ends this process at once and, unless it has left MPI already, the whole job with it.
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
