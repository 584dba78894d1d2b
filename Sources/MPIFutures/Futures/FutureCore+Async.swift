internal import Pool
internal import Waiting

extension FutureCore {
    /// Suspends until the future has ended. Cancelling the Swift task does not end the wait.
    func surelyEnded() async -> Outcome {
        while true {
            if let outcome { return outcome }
            await withCheckedContinuation { continuation in
                if !observe(Observer { continuation.resume() }) { continuation.resume() }
            }
        }
    }

    /// Suspends until the future has ended.
    ///
    /// - Throws: `CancellationError` if the Swift task is cancelled.
    func ended() async throws -> Outcome {
        if let outcome { return outcome }
        let wait = Suspension()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard wait.begin(continuation) else { return }
                if !observe(Observer(token: wait) { wait.resume() }) { wait.resume() }
            }
        } onCancel: {
            removeObserver(token: wait)
            wait.resume()
        }
        guard let outcome else { throw CancellationError() }
        return outcome
    }
}

/// A continuation that is resumed once, by the first of several threads.
final class Suspension: Sendable {
    private enum State {
        case new
        case suspended(CheckedContinuation<Void, Never>)
        case resumed
    }

    private let state = Locked(State.new)

    /// Stores the continuation. If the wait is over already, resumes it and returns false.
    func begin(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
        let mayWait = state.withLock { state in
            if case .resumed = state { return false }
            state = .suspended(continuation)
            return true
        }
        if !mayWait { continuation.resume() }
        return mayWait
    }

    /// Suspends until another thread resumes, the Swift task is cancelled, or `deadline` passes.
    func suspend(until deadline: Instant?) async {
        let timer = deadline.map { deadline in
            Task {
                try? await Task.sleep(nanoseconds: deadline.nanoseconds(since: .now))
                resume()
            }
        }
        defer { timer?.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in _ = begin(continuation) }
        } onCancel: {
            resume()
        }
    }

    func resume() {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .resumed }
            if case .suspended(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume()
    }
}
