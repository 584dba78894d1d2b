internal import Pool
internal import Waiting

/// The condition that ends `wait`. The counterpart in Python is the argument `return_when`.
public enum WaitCondition: Sendable {
    /// All futures have ended.
    case allCompleted
    /// Any future has ended.
    case firstCompleted
    /// Any future has ended with an error, or all have ended.
    case firstError
}

/// Waits for several futures of one type.
///
/// - Parameters:
///   - futures: Duplicates count once.
///   - timeout: How long to wait at most; nil waits as long as it takes.
///   - condition: What to wait for.
/// - Returns: The futures that have ended, and those that have not.
///
/// The counterpart in Python is `concurrent.futures.wait`.
@available(*, noasync, message: "use 'await wait(for:timeout:until:)' in asynchronous code")
public func wait<Value>(
    for futures: some Sequence<Future<Value>>,
    timeout: Duration? = nil,
    until condition: WaitCondition = .allCompleted
) -> (done: Set<Future<Value>>, pending: Set<Future<Value>>) {
    let futures = Set(futures)
    Gathering(futures.map(\.core), condition).wait(timeout)
    return split(futures) { $0.isDone }
}

/// Waits for several futures of different types.
///
/// - Parameters:
///   - futures: Duplicates count once.
///   - timeout: How long to wait at most; nil waits as long as it takes.
///   - condition: What to wait for.
/// - Returns: The futures that have ended, and those that have not.
///
/// The counterpart in Python is `concurrent.futures.wait`.
@available(*, noasync, message: "use 'await wait(for:timeout:until:)' in asynchronous code")
public func wait(
    for futures: some Sequence<AnyFuture>,
    timeout: Duration? = nil,
    until condition: WaitCondition = .allCompleted
) -> (done: Set<AnyFuture>, pending: Set<AnyFuture>) {
    let futures = Set(futures)
    Gathering(futures.map(\.core), condition).wait(timeout)
    return split(futures) { $0.isDone }
}

/// Waits for several futures as `wait` does. Duplicates count once. Returns whether the condition holds.
func isMet(_ condition: WaitCondition, by futures: [FutureCore], timeout: Duration?) -> Bool {
    let single = Dictionary(futures.map { (ObjectIdentifier($0), $0) }, uniquingKeysWith: { first, _ in first })
    return Gathering(Array(single.values), condition).wait(timeout)
}

/// Suspends until several futures of one type have ended.
///
/// Cancelling the Swift task ends the wait as a timeout does.
///
/// - Parameters:
///   - futures: Duplicates count once.
///   - timeout: How long to wait at most; nil waits as long as it takes.
///   - condition: What to wait for.
/// - Returns: The futures that have ended, and those that have not.
public func wait<Value>(
    for futures: some Sequence<Future<Value>>,
    timeout: Duration? = nil,
    until condition: WaitCondition = .allCompleted
) async -> (done: Set<Future<Value>>, pending: Set<Future<Value>>) {
    let futures = Set(futures)
    await Gathering(futures.map(\.core), condition).wait(timeout)
    return split(futures) { $0.isDone }
}

/// Suspends until several futures of different types have ended.
///
/// Cancelling the Swift task ends the wait as a timeout does.
///
/// - Parameters:
///   - futures: Duplicates count once.
///   - timeout: How long to wait at most; nil waits as long as it takes.
///   - condition: What to wait for.
/// - Returns: The futures that have ended, and those that have not.
public func wait(
    for futures: some Sequence<AnyFuture>,
    timeout: Duration? = nil,
    until condition: WaitCondition = .allCompleted
) async -> (done: Set<AnyFuture>, pending: Set<AnyFuture>) {
    let futures = Set(futures)
    await Gathering(futures.map(\.core), condition).wait(timeout)
    return split(futures) { $0.isDone }
}

private func split<Element>(
    _ futures: Set<Element>,
    _ isDone: (Element) -> Bool
) -> (done: Set<Element>, pending: Set<Element>) {
    // Each future is looked at once. Otherwise a future that ends meanwhile could be in neither set.
    let done = futures.filter(isDone)
    return (done, futures.subtracting(done))
}

/// Watches futures until a condition holds.
private final class Gathering: Sendable {
    private let futures: [FutureCore]
    private let condition: WaitCondition
    private let missing: Locked<Int>

    init(_ futures: [FutureCore], _ condition: WaitCondition) {
        self.futures = futures
        self.condition = condition
        missing = Locked(futures.count)
    }

    /// Waits. Returns whether the condition holds.
    @discardableResult
    func wait(_ timeout: Duration?) -> Bool {
        let parker = Parker()
        let deadline = timeout.map { Instant.after($0) }
        guard !watch({ parker.unpark() }) else { return true }
        defer { stopWatching() }
        return parker.park(until: deadline)
    }

    /// Suspends until the condition holds or the timeout has passed.
    func wait(_ timeout: Duration?) async {
        let suspension = Suspension()
        let deadline = timeout.map { Instant.after($0) }
        guard !watch({ suspension.resume() }) else { return }
        await suspension.suspend(until: deadline)
        stopWatching()
    }

    /// Calls `wake` once the condition holds. Returns true if it holds already; `wake` may then not be called.
    private func watch(_ wake: @escaping @Sendable () -> Void) -> Bool {
        if futures.isEmpty { return true }
        for future in futures {
            let observer = FutureCore.Observer(token: self) { [self] in if ended(future) { wake() } }
            if !future.observe(observer), ended(future) {
                stopWatching()
                return true
            }
        }
        return false
    }

    private func stopWatching() {
        for future in futures { future.removeObserver(token: self) }
    }

    /// Counts a future that has ended. Returns whether the condition holds now.
    private func ended(_ future: FutureCore) -> Bool {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        switch condition {
        case .allCompleted: return isLast
        case .firstCompleted: return true
        case .firstError: return isLast || future.hasFailed
        }
    }
}

extension FutureCore {
    /// Whether the future ended with an error. Cancellation is not an error here.
    fileprivate var hasFailed: Bool {
        switch outcome {
        case .failure?: true
        case .payload(let payload)?: payload.isFailure
        default: false
        }
    }
}
