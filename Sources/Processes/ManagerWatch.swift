internal import CLinux
internal import Glibc
internal import Linux
internal import MPIBinding
internal import Waiting

/// Ends this process, a rank, when the process that started it for `mpiexec` has ended.
///
/// `mpiexec` and its proxies kill their ranks. A proxy that is killed itself cannot, and MPI does not notice: the rank
/// would wait for messages, or compute, for ever.
package enum ManagerWatch {
    private static let isBegun = Locked(false)

    /// Begins to watch. Before MPI is started, which waits for all ranks.
    ///
    /// Does nothing in a process that no process manager with a socket for PMI has started.
    package static func begin() {
        let isFirst = isBegun.withLock { begun in
            defer { begun = true }
            return !begun
        }
        guard isFirst, let socket = MPI.managerDescriptor else { return }
        let manager = clinux_peer_process(socket)
        guard manager > 0 else { return }
        let process = clinux_open_process(manager)
        guard process >= 0 else {
            if errno == ESRCH, hasHungUp(socket) { end() }
            // An old kernel. The parent is the manager, or a shell that lies between them.
            if errno != ESRCH, getppid() == manager { clinux_die_with_parent(manager) }
            return
        }
        let thread = try? Thread(name: "mpif-manager") {
            var polled = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
            while poll(&polled, 1, -1) < 0, errno == EINTR {}
            end()
        }
        if let thread { thread.detach() } else { close(process) }
    }

    /// Nobody is there whom this process could tell anything.
    private static func end() -> Never {
        SharedSegments.unlinkAll()
        _exit(1)
    }

    /// Whether nobody is at a socket's other end.
    private static func hasHungUp(_ socket: CInt) -> Bool {
        var polled = pollfd(fd: socket, events: 0, revents: 0)
        return poll(&polled, 1, 0) > 0 && polled.revents & Int16(POLLHUP) != 0
    }
}
