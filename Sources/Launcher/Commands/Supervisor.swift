internal import CLinux
internal import CSupervisor
internal import Glibc
internal import Linux

/// A process that runs commands for this one, one at a time, and kills their descendants afterwards.
///
/// The process ends when this one does.
struct Supervisor: Hashable, Sendable {
    let socket: CInt

    /// Starts a supervisor. It is this executable, under another name.
    init() throws(CommandError) {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw CommandError("no socket for a command") }
        let far = try Descriptor(ends[1])
        defer { far.close() }
        let near = try Descriptor(ends[0])
        // Commands inherit the limits of this process, and the memory limit is that of the call's own process.
        let limit = clinux_suspend_memory_limit()
        defer { clinux_resume_memory_limit(limit) }
        do throws(CommandError) {
            let nothing = try Descriptor.open("/dev/null", O_RDWR)
            defer { nothing.close() }
            try OwnMemoryGroup.outside { () throws(CommandError) in
                try Self.startDetached([far.number, nothing.number, nothing.number])
            }
        } catch {
            near.close()
            throw error
        }
        socket = near.number
    }

    /// Starts the supervisor by a process that hands over to a child of its own and exits, so that the supervisor is no
    /// child of this process.
    private static func startDetached(_ descriptors: [CInt]) throws(CommandError) {
        // A signal to this process's group ends it if it comes before the process can block signals.
        for _ in 0..<3 {
            guard case .signaled = try startProcess(descriptors).wait() else { break }
        }
    }

    private static func startProcess(_ descriptors: [CInt]) throws(CommandError) -> ChildProcess {
        do throws(SystemError) {
            return try ChildProcess(
                "/proc/self/exe",
                [CSUPERVISOR_NAME],
                environment: environment,
                descriptors: descriptors,
                group: .same
            )
        } catch {
            throw CommandError(description: "cannot start the process that supervises commands: \(error.code)")
        }
    }

    /// Starts a command.
    ///
    /// - Parameters:
    ///   - words: The file and the arguments.
    ///   - descriptors: See `CSUPERVISOR_RUN`.
    ///   - hasInput: Whether the descriptor of the command's standard input is among them.
    func start(_ words: [[UInt8]], _ descriptors: [CInt], hasInput: Bool) throws(CommandError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.reduce(0) { $0 + $1.count + 1 })
        for word in words {
            bytes += word
            bytes.append(0)
        }
        let isSent = csupervisor_send_run(
            socket,
            bytes,
            bytes.count,
            UInt32(words.count),
            descriptors,
            CInt(descriptors.count),
            hasInput ? 1 : 0
        )
        guard isSent == 0 else {
            Supervisors.drop(self)
            throw CommandError("the process that supervises commands has ended")
        }
    }

    /// Kills the running command and its descendants.
    func kill() { _ = csupervisor_send_kill(socket) }

    enum Reply {
        /// The command could not be started, for this reason (`errno`).
        case failed(CInt)
        /// The command has ended with this status, in the form of `wait`.
        case ended(Int32)
        /// The supervisor has ended.
        case lost
    }

    /// Waits for the end of the command.
    func reply() -> Reply {
        var reply = csupervisor_reply()
        var count = 0
        repeat {
            count = recv(socket, &reply, MemoryLayout<csupervisor_reply>.size, CInt(MSG_WAITALL))
        } while count < 0 && errno == EINTR
        guard count == MemoryLayout<csupervisor_reply>.size else { return .lost }
        return reply.kind == CSUPERVISOR_FAILED ? .failed(reply.value) : .ended(reply.value)
    }

    /// The environment of commands: that of this process, without the variables that would make a command take itself
    /// for a rank. Made once.
    private static let environment = {
        var environment = Environment.current.withoutRankVariables()
        // Runs in commands have options of their own.
        environment[CommandLines.variable] = nil
        return environment
    }()
}
