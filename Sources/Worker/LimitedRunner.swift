internal import CLinux
internal import Glibc
internal import Linux
internal import Transport
internal import Wire

/// Runs one callable with limits: tells the master when each call has to end, and limits the memory of this process.
///
/// The limit of the memory is that of a control group, if this process may make one. Otherwise it is `RLIMIT_DATA`.
///
/// Callables without a limit have no such runner, so the limit costs them nothing.
final class LimitedRunner: TaskRunner {
    private let base: any TaskRunner
    private let limit: CallLimit
    private let progress: TaskProgress
    /// The group that limits the memory; nil if the system's limit of data does.
    private let group: OwnMemoryGroup?

    init(_ base: any TaskRunner, _ limit: CallLimit, _ progress: TaskProgress) {
        self.base = base
        self.limit = limit
        self.progress = progress
        group = limit.memory > 0 ? .entered : nil
    }

    var name: String { base.name }

    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
        guard limit.memory > 0 else { return try runInTime(arguments, result) }
        let isLimited = group?.begin(limit.memory) ?? false
        defer { if isLimited { group?.end() } }
        // Without a group, the system's limit of data is that of the call. So it is where earlier calls have left more
        // in the group than this one may have. In any case a crash for want of memory is told from others.
        _ = clinux_begin_memory_limit(isLimited ? .max : limit.memory, progress.memoryFlag)
        defer { clinux_end_memory_limit() }
        return try runInTime(arguments, result)
    }

    private func runInTime(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
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
