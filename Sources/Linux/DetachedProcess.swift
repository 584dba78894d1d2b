internal import CLinux
internal import Glibc

/// A child process in a session of its own, with default signals, which outlives this process.
package struct DetachedProcess: Sendable {
    /// The ID of the process, and of its process group.
    package let id: CInt

    /// Starts a program that has no descriptor of this process's.
    ///
    /// - Parameters:
    ///   - file: Looked up in PATH if it has no slash.
    ///   - words: The program's name and its arguments.
    ///   - input: The file that is the program's standard input.
    ///   - output: The file that the program's output and errors are appended to.
    ///   - note: A FIFO that the program has open for writing as descriptor 3; it must have a reader.
    package init(
        _ file: String,
        _ words: [String],
        environment: Environment,
        input: String,
        output: String,
        note: String? = nil
    ) throws(SystemError) {
        let words = CStringVector(words)
        let variables = CStringVector(environment)
        var id: CInt = 0
        let code = withExtendedLifetime((words, variables)) {
            clinux_spawn_detached(&id, file, words.pointers, variables.pointers, input, output, note)
        }
        guard code == 0 else { throw SystemError("cannot run '\(file)'", code: SystemError.Code(code)) }
        self.id = id
    }

    /// Waits until the process has ended, and leaves it a zombie: its ID stays its own until `takeStatus`.
    package func waitForEnd() { clinux_wait_for_end(id) }

    /// Waits for the end of the process, and returns its status as `waitpid` does.
    package func takeStatus() -> CInt {
        var status: CInt = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
