internal import CLinux
internal import Glibc
internal import Transport
internal import Wire

/// Runs one callable, and tells the master when each call has to end.
///
/// Callables without a limit have no such runner, so the limit costs them nothing.
final class LimitedRunner: TaskRunner {
    private let base: any TaskRunner
    private let limit: CallLimit
    private let deadline: CallDeadline

    init(_ base: any TaskRunner, _ limit: CallLimit, _ deadline: CallDeadline) {
        self.base = base
        self.limit = limit
        self.deadline = deadline
    }

    var name: String { base.name }

    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
        deadline.begin(limit)
        defer { if !deadline.end() { leave() } }
        return try base.run(arguments, result)
    }

    /// Ends this process, which the master has given up: the call has ended too late.
    private func leave() -> Never {
        clinux_flush_stdout()
        _exit(0)
    }
}
