internal import Glibc
internal import MPIFutures
internal import PluginForms
internal import Processes
internal import Synchronization
internal import Worker

/// How the launcher's processes end: what is temporary goes, then MPI is left.
enum Ending {
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

    private static let isTaken = Atomic(false)

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
        if let signal = MasterSignals.received { Leaving.quit(status: 128 + signal) }
        if CurrentTask.isInside {
            // Its worker, a thread of this process, would be missing; in a job of many processes that is no regular
            // end either.
            CrashReport.write("called exit(\(status))")
            Leaving.quit(status: status == 0 ? 1 : status)
        }
        guard haveStopped else { Leaving.quit(status: status) }
        Leaving.leaveMPI(status: status)
    }
}
