internal import Glibc
internal import Identities
internal import Launching
internal import Linux
internal import MPIFutures
internal import Processes
internal import Waiting

/// Writes results to standard output and failures to standard error, on a thread of its own.
final class ResultWriter: Sendable {
    /// The number of bytes that are collected before they are written, as long as further results are there.
    private static let bufferSize = 1 << 16

    private struct State {
        var log = CallLog()
        var failures = 0
        var hasWaitedForSignal = false
    }

    private let calls: CallStream
    private let window: CallWindow
    private let request: SpecRequest
    private let state = Locked(State())
    private let hasEnded = Parker()

    init(_ calls: CallStream, _ window: CallWindow, _ request: SpecRequest) {
        self.calls = calls
        self.window = window
        self.request = request
    }

    func start() throws { try Thread(name: "mpif-results") { [self] in run() }.detach() }

    /// Takes note of a call before it is added.
    func note(_ index: Int, _ form: any CallableForm, callable: CallableID, line: Int?) {
        state.withLock { $0.log.append(index, form, callable: callable, line: line) }
    }

    /// Counts a failure that is not the result of a call.
    func noteFailure() { state.withLock { $0.failures += 1 } }

    /// Waits until all results of all calls have been written. Returns the number of failures.
    func waitForEnd() -> Int {
        _ = hasEnded.park(until: nil)
        return state.withLock { $0.failures }
    }

    // MARK: The thread

    private func run() {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(2 * Self.bufferSize)
        var taken = 0
        while true {
            var bytes = 0
            let count = calls.take(after: taken, limit: 1024, beforeWaiting: { flush(&buffer) }) { index, result in
                bytes += write(index, result, to: &buffer)
                if buffer.count >= Self.bufferSize { flush(&buffer) }
            }
            guard let count else { break }
            taken += count
            window.end(count, bytes: bytes)
        }
        flush(&buffer)
        hasEnded.unpark()
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
        // After a signal the remaining calls, perhaps thousands, fail. Their errors are of no interest.
        guard MasterSignals.received == nil, !isOfSignalToCome(error) else { return }
        if let error = error as? ExecutorError, error.code == .broken {
            // The executor is broken, so no further results come.
            Log.errorOnce(error.message)
            exit(1)
        }
        noteFailure()
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
        let isWritten = LivingLine.shared.around {
            buffer.withUnsafeBytes { FileDescriptor.writeAll($0, to: STDOUT_FILENO) }
        }
        buffer.removeAll(keepingCapacity: true)
        guard !isWritten else { return }
        // The reader has closed the pipe. Like any other program, the launcher then ends silently.
        if errno != EPIPE { Log.error("cannot write to standard output: \(SystemError.Code.last)") }
        exit(1)
    }
}
