internal import CLinux
internal import Glibc
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
    ///   - environment: "NAME=VALUE".
    init(_ program: String, _ arguments: [String], environment: [String]) throws(LaunchError) {
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
        let hasOwnPath = environment.contains("PATH=\(getenv("PATH").map { String(cString: $0) } ?? "")")
        let name = hasOwnPath ? program : Self.path(of: program) ?? program
        let words = ([name] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        id = clinux_spawn(program, words, variables, [nothing, ends[0], ends[1]], 1)
        output = outputPipe[0]
        errors = errorPipe[0]
        guard id > 0 else {
            let reason = String(cString: strerror(errno))
            close(output)
            close(errors)
            throw LaunchError("cannot run '\(program)' to start workers: \(reason)")
        }
    }

    private static func path(of program: String) -> String? {
        guard !program.contains("/"), let places = getenv("PATH") else { return nil }
        return String(cString: places).split(separator: ":").map { "\($0)/\(program)" }
            .first { clinux_check_executable($0) == 0 }
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
