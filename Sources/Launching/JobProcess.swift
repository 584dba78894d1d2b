internal import CLinux
internal import Glibc
internal import Linux
internal import Waiting

/// A child process with its output in pipes: `mpiexec` with the workers' job.
///
/// The process dies with the thread that has started it. Its processes' output goes on to this process's own streams.
struct JobProcess {
    let id: pid_t
    let output: CInt
    let errors: CInt

    /// - Parameters:
    ///   - program: Looked up in PATH if it has no slash.
    ///   - arguments: Without the program's name.
    init(_ program: String, _ arguments: [String], environment: Environment) throws(LaunchError) {
        var outputPipe: [CInt] = [-1, -1]
        var errorPipe: [CInt] = [-1, -1]
        let nothing = Self.raised(open("/dev/null", O_RDONLY | O_CLOEXEC))
        defer { close(nothing) }
        guard nothing >= 0, clinux_pipe(&outputPipe) == 0 else { throw LaunchError("no file descriptors for mpiexec") }
        guard clinux_pipe(&errorPipe) == 0 else {
            outputPipe.forEach { _ = close($0) }
            throw LaunchError("no file descriptors for mpiexec")
        }
        let ends = [Self.raised(outputPipe[1]), Self.raised(errorPipe[1])]
        defer { ends.forEach { _ = close($0) } }
        // MPICH's mpiexec finds its own files by its name and by PATH, which may be the workers' own.
        let hasOwnPath = environment["PATH"] == Environment["PATH"]
        let name = hasOwnPath ? program : Self.path(of: program) ?? program
        let words = CStringVector([name] + arguments)
        let variables = CStringVector(environment)
        id = withExtendedLifetime((words, variables)) {
            clinux_spawn(program, words.pointers, variables.pointers, [nothing, ends[0], ends[1]], 1)
        }
        output = outputPipe[0]
        errors = errorPipe[0]
        guard id > 0 else {
            let reason = SystemError.reason()
            close(output)
            close(errors)
            throw LaunchError("cannot run '\(program)' to start workers: \(reason)")
        }
    }

    private static func path(of program: String) -> String? {
        guard !program.contains("/") else { return nil }
        return Environment.list("PATH").map { "\($0)/\(program)" }.first { clinux_check_executable($0) == 0 }
    }

    /// A descriptor above those of the standard streams, which a program may have closed.
    private static func raised(_ descriptor: CInt) -> CInt {
        guard descriptor >= 0, descriptor <= 2 else { return descriptor }
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        close(descriptor)
        return moved
    }

    /// How a process ended.
    enum End: Equatable {
        case exited(Int)
        case signaled(Int)
        /// The program has taken the status, or has said that it wants none.
        case unknown
    }

    /// Waits for the end of the process, whose output has come to its end.
    func wait() -> End {
        var status: CInt = 0
        while waitpid(id, &status, 0) < 0 {
            if errno != EINTR { return .unknown }
        }
        let signal = status & 0x7f
        return signal == 0 ? .exited(Int(status >> 8 & 0xff)) : .signaled(Int(signal))
    }

    func kill() { _ = Glibc.kill(id, SIGKILL) }
}
