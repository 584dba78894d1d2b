internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding
internal import Transport

/// The end of a worker on another host that hears nothing of its master any more.
enum LostMaster {
    /// Ends this process.
    ///
    /// A master that has ended the connection lives, or the process manager knows of its end: this process leaves
    /// quietly. Behind silence this host may be the one that is cut off, and the master may go on without it. So the
    /// worker ends the job only if it reaches the place from which the job was started.
    static func leave(_ cause: WorkerOutage.Cause) -> Never {
        if case .silence = cause, canReachStarter {
            let rank = ProcessManager.rank ?? 0
            // One message is enough, and the first rank to write it ends the job.
            usleep(UInt32(min(rank, 30)) * 100_000)
            Log.error(
                "rank \(rank) on \(HostName.current) ends the job: rank 0 is \(cause) on its host; "
                    + "start the run again without that host"
            )
            StandardStreams.drain()
            MPI.killJob(status: 1)
        }
        Leaving.leaveLostMaster()
    }

    /// How long the starter may take to answer, in milliseconds.
    private static var patience: CInt { 5000 }

    /// Whether the `mpiexec` of hydra that has started this process takes connections. Its proxy on this host, the parent
    /// of each rank, has the address among its arguments.
    private static var canReachStarter: Bool {
        let words = SystemFile.text(of: "/proc/\(getppid())/cmdline").split(separator: "\0")
        guard let option = words.firstIndex(of: "--control-port"),
            option + 1 < words.count, let colon = words[option + 1].lastIndex(of: ":"),
            let port = UInt16(words[option + 1][words[option + 1].index(after: colon)...])
        else { return false }
        return HostAddress.of(String(words[option + 1][..<colon])).contains { address in
            guard let descriptor = StreamSocket.connect(address, port: port) else { return false }
            // The connection stays open until this process ends: mpiexec gives up at the end of one, before it has shown
            // the message.
            var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            return poll(&polled, 1, patience) > 0 && StreamSocket.isConnected(descriptor)
        }
    }
}
