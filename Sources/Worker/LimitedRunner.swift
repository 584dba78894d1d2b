internal import CLinux
internal import Glibc
internal import Transport
internal import Wire

/// Runs one callable with limits: tells the master when each call has to end, and limits the data of this process.
///
/// Callables without a limit have no such runner, so the limit costs them nothing.
final class LimitedRunner: TaskRunner {
    private let base: any TaskRunner
    private let limit: CallLimit
    private let progress: TaskProgress

    init(_ base: any TaskRunner, _ limit: CallLimit, _ progress: TaskProgress) {
        self.base = base
        self.limit = limit
        self.progress = progress
    }

    var name: String { base.name }

    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
        if limit.memory > 0 { _ = clinux_begin_memory_limit(limit.memory, progress.memoryFlag) }
        defer { if limit.memory > 0 { clinux_end_memory_limit() } }
        guard limit.time > 0 else { return try base.run(arguments, result) }
        progress.deadline.begin(limit)
        defer { if !progress.deadline.end() { leave() } }
        return try base.run(arguments, result)
    }

    /// Ends this process, which the master has given up: the call has ended too late.
    private func leave() -> Never {
        clinux_flush_stdout()
        _exit(0)
    }
}
