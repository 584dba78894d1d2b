internal import CLinux
internal import Glibc
internal import Transport
internal import Waiting
internal import Wire

/// The end of a process whose call takes too long or is cancelled. The thread that watches the process calls these
/// functions.
extension RunnerProcess {
    /// Ends the process if its call has taken longer than it may.
    ///
    /// - Returns: When to look again; nil if no call with a limit runs.
    func checkDeadline(_ now: Instant) -> Instant? {
        if let ending = verdict.withLock({ $0 }) { return finish(ending, now) }
        guard let deadline = progress?.deadline, let due = deadline.due else { return nil }
        guard now >= due else { return due }
        guard let limit = deadline.condemn(due) else { return nil }
        let end = RunnerLoss.End.timedOut(seconds: Double(limit.time) / 1e9)
        return finish(give(end, killTime: now.advanced(byNanoseconds: limit.grace), now), now)
    }

    /// Ends the process if it runs one of these calls.
    ///
    /// The process is stopped before it is killed, so that it cannot go on to another call in between.
    ///
    /// - Returns: When to look again; nil once the process is killed.
    func checkCancelled(_ calls: [CallPlace], _ now: Instant) -> Instant? {
        guard verdict.withLock({ $0 }) == nil else { return nil }
        let isRunning = progress?.position.map { position in
            calls.contains { $0.frame == position.frame && $0.index == position.index }
        }
        if isStopping.withLock({ $0 }) {
            guard clinux_has_stopped(id) else { return now.advanced(byNanoseconds: Self.stopInterval) }
            isStopping.withLock { $0 = false }
            if isRunning == true {
                _ = give(.cancelled, killTime: now, now)
                kill()
                return nil
            }
            _ = Glibc.kill(id, SIGCONT)
        } else if isRunning == true {
            isStopping.withLock { $0 = true }
            _ = Glibc.kill(id, SIGSTOP)
            return now.advanced(byNanoseconds: Self.stopInterval)
        }
        return now.advanced(byNanoseconds: Self.cancelInterval)
    }

    /// How often to look whether a process has stopped, in nanoseconds.
    private static let stopInterval: UInt64 = 100_000
    /// How often to look whether a call that is to be ended has begun, in nanoseconds.
    private static let cancelInterval: UInt64 = 5_000_000

    /// The decision to end the process.
    struct Verdict {
        let end: RunnerLoss.End
        let killTime: Instant
    }

    /// Decides how the process ends, and asks it to end if there is time for that.
    private func give(_ end: RunnerLoss.End, killTime: Instant, _ now: Instant) -> Verdict {
        let decided = Verdict(end: end, killTime: killTime)
        verdict.withLock { $0 = decided }
        if killTime > now { signal(SIGTERM) }
        return decided
    }

    private func finish(_ verdict: Verdict, _ now: Instant) -> Instant? {
        guard now >= verdict.killTime else { return verdict.killTime }
        kill()
        return nil
    }
}
