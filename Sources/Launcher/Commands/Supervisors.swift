internal import Glibc
internal import Waiting

/// The supervisors of this process. Each command that runs at the same time as others has its own.
enum Supervisors {
    private struct State {
        /// The supervisors that run no command.
        var idle: [Supervisor] = []
        var all: Set<Supervisor> = []
        /// Whether the process is ending, so that no command may start.
        var isEnding = false
    }

    private static let state = Locked(State())

    /// Returns a supervisor that runs no command.
    static func take() throws(CommandError) -> Supervisor {
        let (idle, isEnding) = state.withLock { ($0.idle.popLast(), $0.isEnding) }
        if isEnding { throw CommandError(description: "the job is being ended") }
        if let idle { return idle }
        let new = try Supervisor()
        state.withLock { _ = $0.all.insert(new) }
        return new
    }

    /// Returns a supervisor whose command has ended.
    static func giveBack(_ supervisor: Supervisor) { state.withLock { $0.idle.append(supervisor) } }

    /// Removes a supervisor that has ended.
    static func drop(_ supervisor: Supervisor) {
        state.withLock { state in
            // `end` still waits for it.
            guard !state.isEnding else { return }
            state.all.remove(supervisor)
            close(supervisor.socket)
        }
    }

    /// Longer than a supervisor takes to kill a process that ignores SIGTERM, in milliseconds.
    private static let timeout: CInt = 2000

    /// Kills all running commands and their descendants, and waits until they have ended.
    ///
    /// Without this call they would end some time after the process.
    static func end() {
        let all = state.withLock { state in
            state.isEnding = true
            return state.all
        }
        // A supervisor that sees the end of its worker kills its commands and exits. It still reports how its command
        // has ended, for the caller that waits.
        for supervisor in all { shutdown(supervisor.socket, CInt(SHUT_WR)) }
        for supervisor in all {
            var polled = pollfd(fd: supervisor.socket, events: 0, revents: 0)
            while poll(&polled, 1, timeout) < 0, errno == EINTR {}
        }
    }
}
