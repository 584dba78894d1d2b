internal import Pool
internal import Waiting

/// Returns a future of the values of all futures, in their order.
///
/// The future ends like the first one that fails or is cancelled. The futures that have not been sent to a worker are
/// then cancelled. Cancelling the future cancels them, too. If there are no futures, it is done at once.
///
/// The counterpart in Python is `mpi4py.futures.collect`.
public func collect<Value: Sendable>(_ futures: some Sequence<Future<Value>>) -> Future<[Value]> {
    let futures = Array(futures)
    guard let first = futures.first else {
        return Future(local: FutureCore(.value([Value]())), callbacks: CallbackQueue())
    }
    let all = Future<[Value]>(local: FutureCore(), callbacks: first.callbacks)
    let cancelAll: @Sendable () -> Void = { for future in futures { future.cancel() } }
    _ = all.core.follow(.init(futures.map(\.core)))
    let missing = Countdown(futures.count)
    for future in futures {
        future.whenDone { future in
            switch future.core.outcome {
            case .failure(let error)?: all.fail(error, cancelAll)
            case .cancelled?: all.cancel()
            case .payload(let payload)? where payload.isFailure:
                do { _ = try future.decode(.payload(payload)) } catch { all.fail(error, cancelAll) }
            default: break
            }
            if missing.countDown(), all.core.start() { all.finish(with: futures) }
        }
    }
    return all
}

extension Future {
    fileprivate func fail(_ error: any Error, _ cancelOthers: () -> Void) {
        if core.start() { core.complete(.failure(error)) }
        cancelOthers()
    }

    fileprivate func finish<Element>(with futures: [Future<Element>]) where Value == [Element] {
        do {
            let values = try futures.map { future in
                guard let outcome = future.core.outcome else { throw CancelledError() }
                return try future.decode(outcome)
            }
            core.complete(.value(values))
        } catch {
            core.complete(.failure(error))
        }
    }
}

/// Counts down. Many threads may call it.
private final class Countdown: Sendable {
    private let count: Locked<Int>

    init(_ count: Int) { self.count = Locked(count) }

    /// Counts one. Returns true for the last one.
    func countDown() -> Bool {
        count.withLock { count in
            count -= 1
            return count == 0
        }
    }
}
