internal import CLinux
internal import Glibc
internal import MPIBinding
internal import MPIFutures
internal import PluginForms
internal import Synchronization
internal import Waiting
internal import Worker

/// How a process of a job ends: everything that was written arrives, then MPI is left.
enum Ending {
    /// What the processes of a job do about MPI once they have said goodbye to one another.
    enum Manner: Equatable {
        /// Call `MPI_Finalize`, and leave without it if it has not come back after so many seconds.
        case finalize(patience: Double)
        /// Tell the process manager, and leave. See `Docs/Decisions/0010-leaving-mpi.md`.
        case announce

        /// The patience as a number; 0 stands for `announce`.
        var patience: Double {
            switch self {
            case .finalize(let patience): patience
            case .announce: 0
            }
        }

        init(patience: Double) { self = patience > 0 ? .finalize(patience: patience) : .announce }
    }

    /// For how many seconds to wait for `MPI_Finalize`, in which profilers write what they have measured.
    static let patience = 10.0
    /// More than any other process waits: rank 0, which carries the status, is the one to give up first.
    private static let furtherPatience = 2.0

    private static let temporary = Mutex<[PrivateDirectory]>([])

    /// Has a directory removed when the master's program ends in good order; otherwise its guardian does that.
    static func remove(_ directory: PrivateDirectory) { temporary.withLock { $0.append(directory) } }

    /// Removes what was to go away, in the master or when no program begins: no other process uses it any more.
    static func removeTemporary() {
        let directories = temporary.withLock { directories in
            defer { directories = [] }
            return directories
        }
        for directory in directories { directory.remove() }
    }

    private static let chosenManner = Mutex(Manner.finalize(patience: patience))
    private static let isTaken = Atomic(false)

    /// What the processes have agreed on.
    static var manner: Manner {
        get { chosenManner.withLock { $0 } }
        set { chosenManner.withLock { $0 = newValue } }
    }

    /// Has the master leave MPI, if there is one, as the last thing that it does.
    static func installInMaster() {
        Runtime.shared.setLastStep { status, haveStopped in endMaster(status: status, haveStopped: haveStopped) }
    }

    private static func endMaster(status: Int, haveStopped: Bool) {
        // A signal may end the process while its program is ending by itself: one thread sees to it.
        guard !isTaken.exchange(true, ordering: .sequentiallyConsistent) else { while true { pause() } }
        removeTemporary()
        // Not even with workers that have left in good order: mpiexec, once it has passed a signal on, loses track of
        // its ranks' statuses, and would often end with 0.
        if let signal = MasterSignals.received { quit(status: 128 + signal) }
        if CurrentTask.isInside {
            // Its worker, a thread of this process, would be missing; in a job of many processes that is no regular
            // end either.
            CrashReport.write("called exit(\(status))")
            quit(status: status == 0 ? 1 : status)
        }
        guard haveStopped else { quit(status: status) }
        leaveMPI(status: status)
    }

    /// Has a worker, or a process of a job that does not begin, end well.
    static func endWorker() -> Never {
        clinux_flush_stdout()
        leaveMPI(status: 0)
        exit(0)
    }

    /// Leaves MPI, as a regular end; what follows is the end of the process.
    static func leaveMPI(status: Int) {
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
        let watchdog = try? Waiting.Thread(name: "mpif-watchdog") {
            if done.park(until: .after(.seconds(patience))) { return }
            // Every process has said goodbye, so nothing is lost with what MPI still wants to do.
            if isMaster { quit(status: status) }
            clinux_flush_stdout()
            _exit(0)
        }
        do { try MPI.finalize() } catch { Log.warning("\(error)") }
        done.unpark()
        watchdog?.join()
    }

    /// Ends this process at once and, unless it has left MPI already, the whole job with it.
    static func quit(status: Int) -> Never {
        clinux_flush_stdout()
        if MPI.phase == .active || MPI.phase == .finalizing {
            StandardStreams.drain()
            MPI.killJob(status: CInt(status))
            MPI.abort(code: status)
        }
        _exit(CInt(status))
    }
}
