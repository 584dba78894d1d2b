internal import CSupervisor
internal import Glibc
internal import Linux

/// A process that runs commands for this one, one at a time, and ends their descendants with it.
///
/// The process ends by itself when this one does.
struct Supervisor: Hashable, Sendable {
    let socket: CInt

    /// Starts a supervisor. It is this executable again, told by its name what it is.
    init() throws(CommandError) {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw CommandError("no socket for a command") }
        let far = try Descriptor(ends[1])
        defer { far.close() }
        let near = try Descriptor(ends[0])
        do throws(CommandError) {
            let nothing = try Descriptor.open("/dev/null", O_RDWR)
            defer { nothing.close() }
            // It hands over to a child of its own, which is none of this process's.
            try Self.startProcess([far.number, nothing.number, nothing.number]).wait()
        } catch {
            near.close()
            throw error
        }
        socket = near.number
    }

    private static func startProcess(_ descriptors: [CInt]) throws(CommandError) -> ChildProcess {
        do throws(SystemError) {
            return try ChildProcess(
                "/proc/self/exe",
                [CSUPERVISOR_NAME],
                environment: environment,
                descriptors: descriptors,
                hasOwnGroup: false
            )
        } catch {
            throw CommandError(description: "cannot start the process that supervises commands: \(error.reason)")
        }
    }

    /// Has a command begin.
    ///
    /// - Parameters:
    ///   - words: the file and the arguments.
    ///   - descriptors: see `CSUPERVISOR_RUN`.
    func start(_ words: [[UInt8]], _ descriptors: [CInt]) throws(CommandError) {
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
            CInt(descriptors.count)
        )
        guard isSent == 0 else {
            Supervisors.drop(self)
            throw CommandError("the process that supervises commands has ended")
        }
    }

    /// Has the command that runs killed, with its descendants.
    func kill() { _ = csupervisor_send_kill(socket) }

    enum Reply {
        /// The command could not begin, for this reason (`errno`).
        case failed(CInt)
        /// The command has ended with a status as `wait` reports it.
        case ended(Int32)
        /// The supervisor is no more.
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

    /// This process's environment without what would make a command take itself for a rank of this job. Made once.
    private static let environment = Environment.current.withoutRankVariables()
}
