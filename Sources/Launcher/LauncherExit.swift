internal import Glibc
internal import MPIFutures
internal import PluginForms
internal import Processes
internal import Synchronization
internal import Worker

/// Ends the launcher's processes: removes temporary files, then leaves MPI.
enum LauncherExit {
    private static let temporary = Mutex<[PrivateDirectory]>([])

    /// Registers a directory for removal when the master's program ends in good order. Otherwise the directory's
    /// guardian removes it.
    static func remove(_ directory: PrivateDirectory) { temporary.withLock { $0.append(directory) } }

    /// Removes the registered directories. Call it in the master, or if no program begins: no other process uses them
    /// any more.
    static func removeTemporary() {
        let directories = temporary.withLock { directories in
            defer { directories = [] }
            return directories
        }
        for directory in directories { directory.remove() }
    }

    private static let isTaken = Atomic(false)

    /// Makes the master leave MPI, if it uses MPI, as its last step.
    static func installInMaster() {
        Runtime.shared.setLastStep { status, haveStopped in endMaster(status: status, haveStopped: haveStopped) }
    }

    private static func endMaster(status: Int, haveStopped: Bool) {
        // A signal may end the process while its program ends by itself. Only one thread performs the end.
        guard !isTaken.exchange(true, ordering: .sequentiallyConsistent) else { while true { pause() } }
        LineWriter.flush()
        ProgressDisplay.finish()
        TraceOption.finish()
        removeTemporary()
        // This holds even if all workers have left in good order: after passing a signal on, mpiexec loses track of its
        // ranks' statuses, and would often end with 0.
        if MasterSignals.received == nil, !CurrentTask.isInside { RunSummary.write() }
        if MasterSignals.received != nil { Leaving.quit(status: MasterSignals.statusAfterSignal) }
        if CurrentTask.isInside {
            // The worker, a thread of this process, would be missing. In a job of many processes this is no regular end
            // either.
            CrashReport.write("called exit(\(status))")
            Leaving.quit(status: status == 0 ? 1 : status)
        }
        let ownStatus = status
        var status = RunDraining.status(after: ownStatus)
        // What the user has asked for is not all there.
        if status == 0, Runtime.shared.hasLostRecords { status = 1 }
        guard haveStopped else { Leaving.quit(status: status) }
        // As above, mpiexec may have lost track of the statuses.
        if status == ownStatus || !MasterSignals.hasNotice { Leaving.leaveMPI(status: status) }
        guard status != ownStatus else { return }
        // The process is about to exit with the status of its program.
        fflush(nil)
        Leaving.quit(status: status)
    }
}
