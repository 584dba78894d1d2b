internal import CLinux
internal import Glibc

/// A child process, which is killed when the thread that has started it ends.
package struct ChildProcess: Sendable {
    package let id: CInt

    /// Takes over a child that was forked.
    package init(forked id: CInt) { self.id = id }

    /// The process group of a program: it decides which signals of the terminal reach the program.
    package enum Group: Sendable {
        case same
        case own
        /// A group in a session of its own, which Linux schedules apart from others.
        case ownSession

        fileprivate var code: CInt {
            switch self {
            case .same: CInt(CLINUX_SAME_GROUP)
            case .own: CInt(CLINUX_OWN_GROUP)
            case .ownSession: CInt(CLINUX_OWN_SESSION)
            }
        }
    }

    /// Starts a program with some descriptors and nothing else of this process's.
    ///
    /// The program ignores and blocks the signals that this process was started with.
    ///
    /// - Parameters:
    ///   - file: Looked up in PATH if it has no slash.
    ///   - words: The program's name and its arguments.
    ///   - descriptors: The descriptors of the program from 0 on: its standard streams, and maybe further ones. Each
    ///     number is at least their count.
    ///   - group: The terminal's signals reach only its own process group.
    ///   - directory: The working directory of the program; nil for that of this process.
    package init(
        _ file: String,
        _ words: [String],
        environment: Environment,
        descriptors: [CInt],
        group: Group,
        directory: String? = nil
    ) throws(SystemError) {
        precondition(descriptors.count >= 3, "a program has three standard streams")
        precondition(descriptors.allSatisfy { $0 >= descriptors.count }, "a descriptor would be lost")
        let words = CStringVector(words)
        let variables = CStringVector(environment)
        var cause: CInt = 0
        id = withExtendedLifetime((words, variables)) {
            let count = CInt(descriptors.count)
            let id = clinux_spawn(
                file,
                words.pointers,
                variables.pointers,
                descriptors,
                count,
                group.code,
                directory
            )
            cause = errno
            return id
        }
        guard id > 0 else { throw SystemError("cannot run '\(file)'", code: SystemError.Code(cause)) }
    }

    /// How a process ended.
    package enum End: Equatable, Sendable {
        case exited(Int)
        case signaled(Int)
        /// This program has taken the status elsewhere, or has said that it wants none.
        case unknown
    }

    /// Waits for the end of the process.
    @discardableResult
    package func wait() -> End {
        var status: CInt = 0
        while waitpid(id, &status, 0) < 0 {
            if errno != EINTR { return .unknown }
        }
        let signal = status & 0x7f
        return signal == 0 ? .exited(Int(status >> 8 & 0xff)) : .signaled(Int(signal))
    }

    package func kill() { _ = Glibc.kill(id, SIGKILL) }
}
