internal import Linux
internal import Waiting
internal import Wire

/// Writes records to a journal, on a thread of its own.
///
/// The thread collects records for some milliseconds and writes them with one system call.
final class JournalWriter: Sendable {
    /// How long records are collected, in nanoseconds.
    private static let pause: UInt64 = 10_000_000
    /// The most bytes that wait to be written. Whoever adds more has to wait.
    private static let most = 64 << 20

    private struct State {
        /// The records that wait to be written.
        var waiting = FrameBuffer(capacity: 1 << 16)
        /// The number of bytes that were ever added, and how many of them have been written or dropped.
        var added = 0
        var finished = 0
        var isBroken = false
        var isClosing = false
        /// Those who wait until more bytes are finished.
        var wakers: [Parker] = []
    }

    private let file: JournalFile
    private let key: SipHash.Words
    private let synchronizes: Bool
    private let report: @Sendable (String) -> Void
    private let state = Locked(State())
    private let hasWork = Parker()
    private let hasEnded = Parker()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - end: The offset at which the first record is written.
    ///   - report: Receives the message of an error that ends the recording.
    init(
        _ file: JournalFile,
        end: Int,
        key: SipHash.Words,
        synchronizes: Bool,
        report: @escaping @Sendable (String) -> Void
    ) throws(SystemError) {
        self.file = file
        self.key = key
        self.synchronizes = synchronizes
        self.report = report
        try Thread(name: "mpif-journal") { [self] in
            run(from: end)
            file.unlock()
            hasEnded.unpark()
        }.detach()
    }

    /// Lets `body` append records.
    func append(_ body: (FrameBuffer) -> Void) {
        let (isFirst, isFull) = state.withLock { state -> (Bool, Bool) in
            if state.isBroken { return (false, false) }
            let before = state.waiting.count
            body(state.waiting)
            state.added += state.waiting.count - before
            return (before == 0 && state.waiting.count > 0, state.waiting.count > Self.most)
        }
        if isFirst { hasWork.unpark() }
        if isFull { wait { $0.added - $0.finished <= Self.most } }
    }

    /// Waits until everything that was added before is written.
    func flush() {
        let target = state.withLock { $0.added }
        wait { $0.finished >= target }
    }

    private func wait(until condition: (State) -> Bool) {
        while true {
            let parker = Parker()
            let isDone = state.withLock { state in
                if state.isBroken || condition(state) { return true }
                state.wakers.append(parker)
                return false
            }
            if isDone { return }
            // The thread does not collect any further records.
            hasWork.unpark()
            _ = parker.park(until: nil)
        }
    }

    /// Writes everything that was added before, and ends the thread.
    func close() {
        state.withLock { $0.isClosing = true }
        hasWork.unpark()
        _ = hasEnded.park(until: nil)
    }

    // MARK: The thread

    private func run(from start: Int) {
        var end = start
        var spare = FrameBuffer(capacity: 1 << 16)
        while true {
            _ = hasWork.park(until: nil)
            let isUrgent = state.withLock { $0.isClosing || !$0.wakers.isEmpty }
            if !isUrgent { _ = hasWork.park(until: Instant.now.advanced(byNanoseconds: Self.pause)) }
            let (batch, isClosing) = state.withLock { state in
                let batch = state.waiting
                state.waiting = spare
                return (batch, state.isClosing)
            }
            let count = batch.count
            var failure: JournalError?
            if count > 0 {
                JournalRecord.seal(batch, key: key)
                do throws(JournalError) {
                    try file.write(batch.bytes, at: end)
                    if synchronizes { try file.synchronize() }
                    end += count
                } catch {
                    failure = error
                    try? file.truncate(to: end)
                }
            }
            if count > 1 << 22 {
                spare = FrameBuffer(capacity: 1 << 16)
            } else {
                batch.truncate(to: 0)
                spare = batch
            }
            let wakers = state.withLock { state in
                state.finished += count
                if failure != nil { state.isBroken = true }
                defer { state.wakers = [] }
                return state.wakers
            }
            for waker in wakers { waker.unpark() }
            if let failure { report("\(failure); no further results are recorded") }
            if failure != nil || isClosing { return }
        }
    }
}
