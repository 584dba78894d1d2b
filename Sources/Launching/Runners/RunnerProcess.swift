internal import CLinux
internal import Glibc
internal import Identities
internal import Linux
internal import Transport
internal import Waiting
internal import Wire

/// One process of a runner, and what it writes to standard error.
final class RunnerProcess: Sendable {
    let worker: WorkerID
    /// A descriptor of the process, which becomes readable when the process ends.
    let end: CInt
    let errors: RunnerErrors
    /// The runner's progress; nil if the master does not end calls.
    let progress: TaskProgress?
    private let child: ChildProcess
    /// Why the master ends the process; nil if it does not.
    let verdict = Locked<Verdict?>(nil)
    /// Whether the process has been sent SIGSTOP, so that the watcher can see which call it runs.
    let isStopping = Locked(false)

    var id: CInt { child.id }

    /// Takes over a forked process. Returns nil if that has ended.
    init?(
        _ forked: ForkedRunner,
        _ invocation: WorkerInvocation,
        _ worker: WorkerID,
        memory: CInt,
        bell: CInt,
        progress: TaskProgress?,
        errors errorOutput: ErrorOutput
    ) {
        guard forked.begin(invocation, memory: memory, bell: bell) else {
            close(forked.errors)
            forked.child.wait()
            return nil
        }
        self.worker = worker
        self.progress = progress
        child = forked.child
        errors = RunnerErrors(forked.errors, to: errorOutput)
        end = clinux_open_process(child.id)
        guard end >= 0 else {
            Glibc.kill(-child.id, SIGKILL)
            child.wait()
            close(forked.errors)
            return nil
        }
    }

    /// Starts the process. Call it on the thread that watches it.
    init(
        _ program: RunnerJob.Program,
        _ worker: WorkerID,
        memory: CInt,
        bell: CInt,
        progress: TaskProgress?,
        errors errorOutput: ErrorOutput
    ) throws(SystemError) {
        self.worker = worker
        self.progress = progress
        let least = RunnerDescriptors.count
        let input = FileDescriptor.aboveStandardStreams(open("/dev/null", O_RDONLY | O_CLOEXEC), least: least)
        defer { close(input) }
        // Without a standard output, /dev/null takes its place.
        let copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, least)
        let output = copy >= 0 ? copy : fcntl(input, F_DUPFD_CLOEXEC, least)
        defer { close(output) }
        var pipe: [CInt] = [-1, -1]
        guard input >= 0, output >= 0, clinux_pipe(&pipe) == 0 else {
            throw SystemError("no file descriptors for a runner")
        }
        let writing = FileDescriptor.aboveStandardStreams(pipe[1], least: least)
        defer { close(writing) }
        let reading = FileDescriptor.aboveStandardStreams(pipe[0], least: least)
        errors = RunnerErrors(reading, to: errorOutput)
        do throws(SystemError) {
            child = try ChildProcess(
                program.executable,
                program.words,
                environment: program.environment(of: worker),
                descriptors: [input, output, writing, memory, bell],
                group: .ownSession,
                directory: program.directory
            )
        } catch {
            close(reading)
            throw error
        }
        end = clinux_open_process(child.id)
        guard end >= 0 else {
            let error = SystemError("cannot watch a runner")
            Glibc.kill(-child.id, SIGKILL)
            child.wait()
            close(reading)
            throw error
        }
    }

    /// Kills the process and its group. Call it only while `wait` has not been called.
    func kill() { signal(SIGKILL) }

    /// Sends a signal to the process and its group. Call it only while `wait` has not been called.
    func signal(_ number: CInt) { _ = Glibc.kill(-child.id, number) }

    /// Returns how the process has ended. Call it once.
    func wait() -> RunnerLoss.End {
        let ending = child.wait()
        close(end)
        if let verdict = verdict.withLock({ $0 }) { return verdict.end }
        switch ending {
        case .exited(let status): return .exited(status: status)
        case .signaled(let signal): return .killed(signal: signal)
        case .unknown: return .killed(signal: Int(SIGKILL))
        }
    }
}
