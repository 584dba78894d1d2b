package import Linux
internal import Waiting
package import Wire

/// What a `BatchWriter` does with the batches, on its thread.
package protocol BatchSink: Sendable {
    /// Writes a batch. Returns false if nothing can be written any more.
    mutating func write(_ batch: FrameBuffer) -> Bool
    /// Lets go of the file. The thread calls it last.
    mutating func end()
}

/// Collects the bytes that many threads append, and hands them in batches to a thread of its own.
///
/// The thread collects for some milliseconds, so one system call writes many records.
package final class BatchWriter: Sendable {
    /// How long bytes are collected, in nanoseconds.
    private static let pause: UInt64 = 10_000_000

    private struct State {
        /// The bytes that wait to be written.
        var waiting = FrameBuffer(capacity: 1 << 16)
        /// The number of bytes that were ever added, and how many of them have been written or dropped.
        var added = 0
        var finished = 0
        var isBroken = false
        var isClosing = false
        /// Those who wait until more bytes are finished.
        var wakers: [Parker] = []
    }

    private let limit: Int
    private let state = Locked(State())
    private let hasWork = Parker()
    private let hasEnded = Parker()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that wait to be written. A thread that adds more has to wait.
    package init(thread name: String, limit: Int, _ sink: some BatchSink) throws(SystemError) {
        self.limit = limit
        try Thread(name: name) { [self] in
            var sink = sink
            run(&sink)
            sink.end()
            hasEnded.unpark()
        }.detach()
    }

    /// Lets `body` append bytes.
    package func append(_ body: (FrameBuffer) -> Void) {
        let (isFirst, isFull) = state.withLock { state -> (Bool, Bool) in
            if state.isBroken { return (false, false) }
            let before = state.waiting.count
            body(state.waiting)
            state.added += state.waiting.count - before
            return (before == 0 && state.waiting.count > 0, state.waiting.count > limit)
        }
        if isFirst { hasWork.unpark() }
        if isFull { wait { [limit] in $0.added - $0.finished <= limit } }
    }

    /// Waits until everything that was added before is written.
    package func flush() {
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
            // The thread does not collect any further bytes.
            hasWork.unpark()
            _ = parker.park(until: nil)
        }
    }

    /// Writes everything that was added before, and ends the thread. It is called once.
    package func close() {
        state.withLock { $0.isClosing = true }
        hasWork.unpark()
        _ = hasEnded.park(until: nil)
    }

    // MARK: The thread

    private func run(_ sink: inout some BatchSink) {
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
            let isSound = count == 0 || sink.write(batch)
            if count > 1 << 22 {
                spare = FrameBuffer(capacity: 1 << 16)
            } else {
                batch.truncate(to: 0)
                spare = batch
            }
            let wakers = state.withLock { state in
                state.finished += count
                if !isSound { state.isBroken = true }
                defer { state.wakers = [] }
                return state.wakers
            }
            for waker in wakers { waker.unpark() }
            if !isSound || isClosing { return }
        }
    }
}
