internal import CLinux
internal import Glibc
internal import Linux

/// A child process whose output goes to pipes: the `mpiexec` that runs the workers' job.
///
/// The child is killed when the thread that started it ends.
struct JobProcess {
    private let child: ChildProcess
    let output: CInt
    let errors: CInt

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - program: The program. A name without a slash is looked up in PATH.
    ///   - arguments: The arguments, without the program's name.
    ///   - environment: The whole environment of the program.
    init(_ program: String, _ arguments: [String], environment: Environment) throws(LaunchError) {
        var outputPipe: [CInt] = [-1, -1]
        var errorPipe: [CInt] = [-1, -1]
        let nothing = FileDescriptor.aboveStandardStreams(open("/dev/null", O_RDONLY | O_CLOEXEC))
        defer { close(nothing) }
        guard nothing >= 0, clinux_pipe(&outputPipe) == 0 else { throw LaunchError(Self.noDescriptors) }
        guard clinux_pipe(&errorPipe) == 0 else {
            outputPipe.forEach { _ = close($0) }
            throw LaunchError(Self.noDescriptors)
        }
        let ends = [outputPipe[1], errorPipe[1]].map { FileDescriptor.aboveStandardStreams($0) }
        defer { ends.forEach { _ = close($0) } }
        // MPICH's mpiexec finds its own files by its name and by PATH, and the PATH here may be the workers' own.
        let hasOwnPath = environment["PATH"] == Environment["PATH"]
        let name = hasOwnPath ? program : Self.path(of: program) ?? program
        output = outputPipe[0]
        errors = errorPipe[0]
        do throws(SystemError) {
            child = try ChildProcess(
                program,
                [name] + arguments,
                environment: environment,
                descriptors: [nothing, ends[0], ends[1]],
                group: .own
            )
        } catch {
            close(outputPipe[0])
            close(errorPipe[0])
            throw LaunchError(
                "cannot run '\(program)' to start workers",
                cause: error.code,
                remedy: "MPIFUTURES_MPIEXEC names another program"
            )
        }
    }

    private static let noDescriptors = "no file descriptor is left for mpiexec; raise the limit with 'ulimit -n'"

    private static func path(of program: String) -> String? {
        guard !program.contains("/") else { return nil }
        return Environment.list("PATH").map { "\($0)/\(program)" }.first { clinux_check_executable($0) == 0 }
    }

    /// Waits until the process has ended. Call it after the end of its output.
    func wait() -> ChildProcess.End { child.wait() }

    /// Asks the program and what it has started to end. The step of a batch system ends with it, also if it has not begun.
    func terminate() { _ = Glibc.kill(-child.id, SIGTERM) }

    /// Kills the program and what it has started, apart from processes in groups of their own.
    func kill() {
        child.kill()
        _ = Glibc.kill(-child.id, SIGKILL)
    }
}
