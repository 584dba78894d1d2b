internal import Glibc
internal import Waiting

/// The supervisors of this process: one for each command that runs at the same time as others.
enum Supervisors {
    private struct State {
        /// Those that run no command.
        var idle: [Supervisor] = []
        var all: Set<Supervisor> = []
        /// Whether the process is being ended: no command begins any more.
        var isEnding = false
    }

    private static let state = Locked(State())

    /// A supervisor that runs no command.
    static func take() throws(CommandError) -> Supervisor {
        let (idle, isEnding) = state.withLock { ($0.idle.popLast(), $0.isEnding) }
        if isEnding { throw CommandError(description: "the job is being ended") }
        if let idle { return idle }
        let new = try Supervisor()
        state.withLock { _ = $0.all.insert(new) }
        return new
    }

    /// The command of a supervisor has ended.
    static func giveBack(_ supervisor: Supervisor) { state.withLock { $0.idle.append(supervisor) } }

    /// A supervisor has ended.
    static func drop(_ supervisor: Supervisor) {
        state.withLock { state in
            // `end` still looks at it.
            guard !state.isEnding else { return }
            state.all.remove(supervisor)
            close(supervisor.socket)
        }
    }

    /// Longer than a supervisor takes to kill what ignores SIGTERM, in milliseconds.
    private static let timeout: CInt = 2000

    /// Ends all commands that run and all that commands have left behind, and waits until they have ended.
    ///
    /// Without this they end all the same when the process does, but some time after it.
    static func end() {
        let all = state.withLock { state in
            state.isEnding = true
            return state.all
        }
        // A supervisor that hears of the end of its worker ends what it looks after, and then itself. It still says how
        // its command has ended, which somebody waits for.
        for supervisor in all { shutdown(supervisor.socket, CInt(SHUT_WR)) }
        for supervisor in all {
            var polled = pollfd(fd: supervisor.socket, events: 0, revents: 0)
            while poll(&polled, 1, timeout) < 0, errno == EINTR {}
        }
    }
}
