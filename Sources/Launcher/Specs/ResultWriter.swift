internal import Glibc
internal import Identities
internal import Launching
internal import Linux
internal import MPIFutures
internal import Processes
internal import Scheduling
internal import Waiting

/// Writes results to standard output and failures to standard error, on a thread of its own.
final class ResultWriter: Sendable {
    /// The number of bytes that are collected before they are written, as long as further results are there.
    private static let bufferSize = 1 << 16

    private struct State {
        var log = CallLog()
        /// The texts of calls under way, if something needs them.
        var texts: [Int: CallText] = [:]
        /// The calls that are in the job log already.
        var logged: Set<Int> = []
        var failures = 0
        /// Calls that did not begin, since the run was to end.
        var unmade = 0
        var hasWaitedForSignal = false
    }

    private let calls: CallStream
    private let window: CallWindow
    private let request: SpecRequest
    private let recorder: CallRecorder
    private let state = Locked(State())
    private let hasEnded = Parker()

    init(_ calls: CallStream, _ window: CallWindow, _ request: SpecRequest, _ recorder: CallRecorder) {
        self.calls = calls
        self.window = window
        self.request = request
        self.recorder = recorder
    }

    func start() throws { try Thread(name: "mpif-results") { [self] in run() }.detach() }

    /// Takes note of a call before it is added.
    ///
    /// - Parameters:
    ///   - text: The call as text; nil if nothing needs it.
    ///   - isLogged: Whether the job log has the call already.
    func note(
        _ index: Int,
        _ form: any CallableForm,
        callable: CallableID,
        line: Int?,
        text: CallText? = nil,
        isLogged: Bool = false
    ) {
        state.withLock { state in
            state.log.append(index, form, callable: callable, line: line)
            if let text { state.texts[index] = text }
            if isLogged { state.logged.insert(index) }
        }
    }

    /// Counts a failure that is not the result of a call.
    func noteFailure() { state.withLock { $0.failures += 1 } }

    /// What has become of the calls.
    struct Outcome {
        let failures: Int
        /// Calls that did not begin, since the run was to end.
        let unmade: Int
        let hasHalted: Bool
        /// Whether the run has halted because calls have succeeded.
        let countsAsSuccess: Bool
    }

    /// Waits until all results of all calls have been written.
    func waitForEnd() -> Outcome {
        _ = hasEnded.park(until: nil)
        return state.withLock { state in
            Outcome(
                failures: state.failures,
                unmade: state.unmade,
                hasHalted: recorder.hasHalted,
                countsAsSuccess: recorder.countsAsSuccess
            )
        }
    }

    // MARK: The thread

    private func run() {
        let output = request.output
        if output.needsArrivals || output.hasTags {
            takeArrivals(isHeldBack: output.needsArrivals && !request.isUnordered && !output.isLineBuffered)
        } else {
            takeInTurn()
        }
        hasEnded.unpark()
    }

    /// Writes results as the stream gives them.
    private func takeInTurn() {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(2 * Self.bufferSize)
        var taken = 0
        while true {
            var bytes = 0
            let count = calls.take(after: taken, limit: 1024, beforeWaiting: { flush(&buffer) }) { index, result, _ in
                bytes += write(index, result, to: &buffer)
                if buffer.count >= Self.bufferSize { flush(&buffer) }
            }
            guard let count else { break }
            taken += count
            window.end(count, bytes: bytes)
        }
        flush(&buffer)
    }

    /// Writes one result. Returns its size.
    private func write(_ index: Int, _ result: CallStream.Result, to buffer: inout [UInt8]) -> Int {
        guard let entry = state.withLock({ $0.log.take(index) }) else { return 0 }
        do {
            switch result {
            case .value(let status, let bytes):
                try entry.form.append(bytes, status, raw: request.isRaw, to: &buffer)
                return bytes.count
            case .failure(let error): throw error
            }
        } catch {
            report(error, index, entry)
            return 0
        }
    }

    private func report(_ error: any Error, _ index: Int, _ entry: CallLog.Entry) {
        guard counts(error) else { return }
        noteFailure()
        say(error, index, entry)
    }

    /// Returns whether an error is a failure of its call, and not due to the end of the run.
    private func counts(_ error: any Error) -> Bool {
        // After a signal the remaining calls, perhaps thousands, fail. Their errors are of no interest.
        guard MasterSignals.received == nil, !isOfSignalToCome(error) else { return false }
        guard let error = error as? ExecutorError else { return true }
        if error.code == .broken {
            // The executor is broken, so no further results come.
            Log.errorOnce(error.message)
            exit(1)
        }
        // The last ones were dropped when their time was over.
        guard error.code == .drained || error.code == .shutdown && Runtime.shared.isDraining else { return true }
        state.withLock { $0.unmade += 1 }
        return false
    }

    private func say(_ error: any Error, _ index: Int, _ entry: CallLog.Entry) {
        let error: any Error =
            if let remote = error as? RemoteError, let own = remote.underlying as? CommandError {
                CommandFailure(description: "\(entry.form.name) on rank \(remote.rank): \(own)")
            } else {
                error
            }
        let place = entry.line.map { "\(request.source.name):\($0): " } ?? ""
        Log.error("\(place)call \(index): \(error)")
    }

    /// Returns whether a command has died of a signal that this process gets, too. This process may learn of the death
    /// first.
    ///
    /// The function waits for the signal only once, so a run whose commands are killed for other reasons goes on.
    private func isOfSignalToCome(_ error: any Error) -> Bool {
        guard let failure = error as? CommandFailure, failure.wasInterrupted else { return false }
        let isFirst = state.withLock { state in
            defer { state.hasWaitedForSignal = true }
            return !state.hasWaitedForSignal
        }
        return isFirst && MasterSignals.arrivesSoon()
    }

    private func flush(_ buffer: inout [UInt8]) {
        guard !buffer.isEmpty else { return }
        StandardOutput.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

// MARK: - Calls that are recorded

extension ResultWriter {
    /// A call that has ended, and whose output may have to wait for that of the calls before it.
    private struct Ended {
        let index: Int
        let entry: CallLog.Entry
        let end: CallEnd
        let tag: [UInt8]?
    }

    /// Records calls as they end, and writes their output.
    ///
    /// - Parameter isHeldBack: Whether the output of a call waits for the calls before it.
    private func takeArrivals(isHeldBack: Bool) {
        var buffer: [UInt8] = []
        var order = ReorderBuffer<Ended>()
        var taken = 0
        while true {
            // Ends of calls, and their sizes, that leave the window.
            var (left, bytes) = (0, 0)
            func release(_ ended: [Ended]) {
                for ended in ended {
                    bytes += ended.end.output.count + ended.end.errors.count
                    emit(ended, to: &buffer)
                }
            }
            let count = calls.take(after: taken, limit: 64, beforeWaiting: { flush(&buffer) }) {
                let index = $0
                let (ended, halts) = end(index, $1, $2)
                left += 1
                if isHeldBack {
                    release(order.add(ended, at: index))
                } else if let ended {
                    release([ended])
                }
                guard halts else { return }
                halt {
                    release(order.takeRest())
                    flush(&buffer)
                }
            }
            guard let count else {
                release(order.takeRest())
                break
            }
            taken += count
            // Output first: what the job log has is not made again.
            flush(&buffer)
            do { try recorder.flush() } catch { fail(error) }
            window.end(left, bytes: bytes)
        }
        flush(&buffer)
    }

    /// Records the end of a call. Returns nil for a call that was not made, and whether the run halts.
    private func end(_ index: Int, _ result: CallStream.Result, _ origin: CallStream.Origin) -> (Ended?, Bool) {
        let (entry, text, isLogged) = state.withLock { state in
            (state.log.take(index), state.texts.removeValue(forKey: index), state.logged.remove(index) != nil)
        }
        guard let entry else { return (nil, false) }
        if case .failure(is CallSkipped) = result { return (nil, false) }
        let end = CallEnd(entry.form, result, origin, raw: request.isRaw)
        if let failure = end.failure {
            guard counts(failure) else { return (nil, false) }
            noteFailure()
        }
        let tag = request.output.hasTags ? text?.tag : nil
        do {
            let halts = try recorder.add(end, text, sequence: index + 1, isLogged: !isLogged)
            return (Ended(index: index, entry: entry, end: end, tag: tag), halts)
        } catch {
            fail(error)
        }
    }

    private func emit(_ ended: Ended, to buffer: inout [UInt8]) {
        let end = ended.end
        if end.isShown {
            LineWriter.flush()
            if let failure = end.failure { say(failure, ended.index, ended.entry) }
            return
        }
        buffer += ended.tag.map { TaggedLines.make(end.output, tag: $0) } ?? end.output
        if buffer.count >= Self.bufferSize { flush(&buffer) }
        let errors = ended.tag.map { TaggedLines.make(end.errors, tag: $0) } ?? end.errors
        _ = errors.withUnsafeBytes { LivingLine.shared.write($0, to: STDERR_FILENO) }
        if let failure = end.failure { say(failure, ended.index, ended.entry) }
    }

    /// Stops the run because its rule for halting is reached.
    private func halt(_ finish: () -> Void) {
        calls.drain()
        guard request.output.halt?.moment == .now else { return }
        finish()
        do { try recorder.flush() } catch { fail(error) }
        Log.write("mpifutures: halted by --halt; the calls that ran were dropped\n")
        // Ends the workers, with all that their commands have started.
        Supervisors.end()
        exit(recorder.countsAsSuccess ? 0 : state.withLock { $0.failures } == 0 ? 0 : 1)
    }

    /// Ends a run whose records cannot be written.
    private func fail(_ error: any Error) -> Never {
        if let failure = error as? SpecFailure { Log.write("\(failure)\n") } else { Log.error("\(error)") }
        exit(1)
    }
}
