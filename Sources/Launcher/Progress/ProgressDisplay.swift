internal import Glibc
internal import Launching
internal import Linux
internal import Pool
internal import Processes
internal import Scheduling
internal import Synchronization
internal import Waiting

/// Shows how far a run is, on standard error: one line that changes on a terminal, elsewhere a line at intervals that
/// grow.
final class ProgressDisplay: Sendable {
    /// The time between two looks at the counts, in nanoseconds.
    private static let pause: UInt64 = 200_000_000
    /// The longest time between two lines that are no terminal's, in seconds.
    private static let longestInterval = 60.0

    private struct State {
        var estimate = ProgressEstimate()
        var hasEnded = false
    }

    /// The display of this run; nil if the progress is not shown.
    private static let current = Locked<ProgressDisplay?>(nil)

    /// The number of calls that the command line has; nil if further ones may come.
    private let expected = Locked<Int?>(nil)
    private let state = Locked(State())
    private let began = Instant.now
    private let isOnTerminal = isatty(STDERR_FILENO) == 1
    private let style: ProgressStyle
    private let end = Parker()
    private let ended = Parker()

    private init(_ style: ProgressStyle) { self.style = style }

    /// Declares that the progress will be shown.
    static func use(_ style: ProgressStyle) { current.withLock { $0 = ProgressDisplay(style) } }

    /// Begins to show the progress, if it is to be shown.
    static func begin() {
        guard let display = current.withLock({ $0 }) else { return }
        if display.isOnTerminal { LivingLine.shared.begin() }
        let thread = try? Thread(name: "mpif-progress") { display.run() }
        thread?.detach()
        if thread == nil { current.withLock { $0 = nil } }
    }

    /// Sets the number of calls that there will be.
    static func expect(_ count: Int) { current.withLock { $0 }?.expected.withLock { $0 = count } }

    /// Shows the progress for the last time.
    static func finish() {
        guard let display = current.withLock({ $0.take() }) else { return }
        display.end.unpark()
        _ = display.ended.park(until: nil)
    }

    // MARK: The thread

    private func run() {
        var (next, interval) = (1.0, 1.0)
        while !end.park(until: Instant.now.advanced(byNanoseconds: Self.pause)) {
            let (figures, seconds) = look()
            if isOnTerminal {
                LivingLine.shared.show(figures.line(style, columns: Self.columns))
            } else if seconds >= next {
                Log.write("\(figures.sentence)\n")
                interval = min(2 * interval, Self.longestInterval)
                next = seconds + interval
            }
        }
        let (figures, seconds) = look()
        LivingLine.shared.show("")
        Log.write("\(figures.sentence) after \(ProgressText.duration(seconds))\n")
        ended.unpark()
    }

    /// Returns the figures of this moment, and the seconds since the begin.
    private func look() -> (figures: ProgressText, seconds: Double) {
        let seconds = Double(Instant.now.nanoseconds(since: began)) / 1e9
        let (counts, workers) = Runtime.shared.taskCounts
        let expected = expected.withLock { $0 }
        let done = counts.finished + counts.recalled
        let failed = counts.failures.total + counts.cancelled
        let total = max(expected ?? 0, counts.submitted + counts.recalled)
        let running = min(counts.running, max(1, workers))
        let (rate, left) = state.withLock { state in
            state.estimate.update(
                .init(
                    ended: counts.finished + failed,
                    running: running,
                    remaining: max(0, total - done - failed - running)
                ),
                atSeconds: seconds
            )
            return (state.estimate.rate, state.estimate.secondsLeft)
        }
        let figures = ProgressText(
            done: done,
            total: total == 0 ? nil : total,
            known: counts.recalled,
            running: running == 0 || counts.running == 0 ? 0 : running,
            failed: failed,
            rate: rate,
            secondsLeft: left
        )
        return (figures, seconds)
    }

    /// The width of the terminal.
    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
    }
}
