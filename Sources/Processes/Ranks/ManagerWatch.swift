internal import CLinux
internal import Glibc
internal import Linux
internal import MPIBinding
internal import Waiting

/// Ends this process, a rank, when the process that started it for `mpiexec` has ended.
///
/// `mpiexec` and its proxies kill their ranks when they end. A proxy that is killed cannot, and MPI does not notice.
/// The rank would wait or compute forever.
package enum ManagerWatch {
    private static let isBegun = Locked(false)

    /// Begins to watch. Call it before MPI starts, because that waits for all ranks.
    ///
    /// The function does nothing unless a process manager with a PMI socket has started the process.
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
            // The kernel has no pidfds. The parent is the manager, or a shell between the manager and this process.
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

    /// Ends the process silently, since nobody is left to read a message.
    private static func end() -> Never {
        SharedSegments.unlinkAll()
        _exit(1)
    }

    /// Returns whether the other end of a socket is closed.
    private static func hasHungUp(_ socket: CInt) -> Bool {
        var polled = pollfd(fd: socket, events: 0, revents: 0)
        return poll(&polled, 1, 0) > 0 && polled.revents & Int16(POLLHUP) != 0
    }
}
