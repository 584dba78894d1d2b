internal import CLinux
internal import Glibc

/// A child process, which is killed when the thread that has started it ends.
package struct ChildProcess: Sendable {
    package let id: CInt

    /// Starts a program with three descriptors and nothing else of this process's.
    ///
    /// The program ignores and blocks the signals that this process was started with.
    ///
    /// - Parameters:
    ///   - file: Looked up in PATH if it has no slash.
    ///   - words: The program's name and its arguments.
    ///   - descriptors: The three standard streams of the program. Each is above 2.
    ///   - hasOwnGroup: Whether the program is in a process group of its own, which the terminal's signals do not reach.
    package init(
        _ file: String,
        _ words: [String],
        environment: Environment,
        descriptors: [CInt],
        hasOwnGroup: Bool
    ) throws(SystemError) {
        precondition(descriptors.count == 3, "a program has three standard streams")
        let words = CStringVector(words)
        let variables = CStringVector(environment)
        var cause: CInt = 0
        id = withExtendedLifetime((words, variables)) {
            let id = clinux_spawn(file, words.pointers, variables.pointers, descriptors, hasOwnGroup ? 1 : 0)
            cause = errno
            return id
        }
        guard id > 0 else { throw SystemError("cannot run '\(file)'", code: cause) }
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
