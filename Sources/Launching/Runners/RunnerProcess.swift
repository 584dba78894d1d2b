internal import CLinux
internal import Glibc
internal import Identities
internal import Linux
internal import Transport
internal import Waiting
internal import Wire

/// One process of a runner, and what it writes.
final class RunnerProcess: Sendable {
    let worker: WorkerID
    /// A descriptor of the process, which becomes readable when the process ends.
    let end: CInt
    let errors: RunnerStream
    /// The process's standard output; nil if that is the one of this process.
    let output: RunnerStream?
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
        _ streams: RunnerStreams
    ) {
        guard forked.begin(invocation, memory: memory, bell: bell) else {
            forked.closeStreams()
            forked.child.wait()
            return nil
        }
        self.worker = worker
        self.progress = progress
        child = forked.child
        errors = streams.errors(of: worker, from: forked.errors)
        output = forked.output.map { streams.output(of: worker, from: $0) }
        end = clinux_open_process(child.id)
        guard end >= 0 else {
            Glibc.kill(-child.id, SIGKILL)
            child.wait()
            forked.closeStreams()
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
        _ streams: RunnerStreams
    ) throws(SystemError) {
        self.worker = worker
        self.progress = progress
        let ends = try RunnerStreamEnds(readsOutput: streams.readsOutput, least: RunnerDescriptors.count)
        defer { ends.closeThoseOfRunner() }
        errors = streams.errors(of: worker, from: ends.errors)
        output = ends.output.map { streams.output(of: worker, from: $0) }
        do throws(SystemError) {
            child = try ChildProcess(
                program.executable,
                program.words,
                environment: program.environment(of: worker),
                descriptors: ends.ofRunner + [memory, bell],
                group: .ownSession,
                directory: program.directory
            )
        } catch {
            ends.closeThoseOfOwner()
            throw error
        }
        end = clinux_open_process(child.id)
        guard end >= 0 else {
            let error = SystemError("cannot watch a runner")
            Glibc.kill(-child.id, SIGKILL)
            child.wait()
            ends.closeThoseOfOwner()
            throw error
        }
    }

    /// Passes on what the process has written.
    func passOutput() {
        errors.pass()
        output?.pass()
    }

    /// Passes on incomplete lines, and reads no more.
    func finishOutput() {
        errors.finish()
        output?.finish()
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
