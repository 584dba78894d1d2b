internal import Pool
internal import Waiting

/// Returns futures in the order in which they end, each one once.
///
/// ```swift
/// for future in asCompleted(futures) { print(try future.result()) }
/// ```
///
/// Asynchronous code takes the futures with `for try await`.
///
/// The counterpart in Python is `concurrent.futures.as_completed`.
///
/// - Parameter futures: The futures. Duplicates count once. Those that have ended already come first.
/// - Returns: A sequence that can be taken once. Dropping it early has no effect on the futures. The sequence keeps no
///   future that has been taken, so a result is freed with the last of its futures that the program holds.
public func asCompleted<Value>(_ futures: some Sequence<Future<Value>>) -> CompletedFutures<Future<Value>> {
    CompletedFutures(CompletionQueue(Set(futures)) { $0.core })
}

/// Returns futures in the order in which they end, each one once, for a limited time.
///
/// ```swift
/// let completed = asCompleted(futures, timeout: .seconds(10))
/// while let future = try completed.next() { print(try future.result()) }
/// ```
///
/// The counterpart in Python is `concurrent.futures.as_completed` with a timeout.
///
/// - Parameters:
///   - futures: The futures. Duplicates count once. Those that have ended already come first.
///   - timeout: The time limit, counted from this call; nil for none. When it is over and futures are missing, taking
///     one throws `TimeoutError`. With zero, the sequence has only the futures that have ended already.
/// - Returns: A sequence that can be taken once, as without a timeout.
public func asCompleted<Value>(
    _ futures: some Sequence<Future<Value>>,
    timeout: Duration?
) -> TimedCompletedFutures<Future<Value>> {
    TimedCompletedFutures(CompletionQueue(Set(futures)) { $0.core }, timeout: timeout)
}

/// Returns futures of different types in the order in which they end, each one once. See `asCompleted(_:)`.
public func asCompleted(_ futures: some Sequence<AnyFuture>) -> CompletedFutures<AnyFuture> {
    CompletedFutures(CompletionQueue(Set(futures)) { $0.core })
}

/// Returns futures of different types in the order in which they end, each one once, for a limited time. See
/// `asCompleted(_:timeout:)`.
public func asCompleted(_ futures: some Sequence<AnyFuture>, timeout: Duration?) -> TimedCompletedFutures<AnyFuture> {
    TimedCompletedFutures(CompletionQueue(Set(futures)) { $0.core }, timeout: timeout)
}

/// The sequence of futures that `asCompleted` returns if it has no timeout.
public final class CompletedFutures<Element: Hashable & Sendable>: Sendable {
    fileprivate let queue: CompletionQueue<Element>

    init(_ queue: CompletionQueue<Element>) { self.queue = queue }

    /// Waits for the next future to end. Returns nil after the last one.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    public func next() -> Element? { queue.next() }
}

extension CompletedFutures: Sequence {
    /// An iterator that takes the futures. Several iterators share the futures between them.
    public struct Iterator: IteratorProtocol {
        fileprivate let queue: CompletionQueue<Element>

        /// Waits for the next future to end. Returns nil after the last one.
        public mutating func next() -> Element? { queue.next() }
    }

    /// Returns an iterator over the futures that have not been taken.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    public func makeIterator() -> Iterator { Iterator(queue: queue) }
}

extension CompletedFutures: AsyncSequence {
    /// An iterator that takes the futures. Several iterators share the futures between them.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let queue: CompletionQueue<Element>

        /// Suspends until the next future ends. Returns nil after the last one.
        ///
        /// - Throws: `CancellationError` if the Swift task is cancelled.
        public mutating func next() async throws -> Element? { try await queue.nextEnded(until: nil) }
    }

    /// Returns an iterator over the futures that have not been taken.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue) }
}

/// The sequence of futures that `asCompleted` returns if it has a timeout.
public final class TimedCompletedFutures<Element: Hashable & Sendable>: Sendable {
    fileprivate let queue: CompletionQueue<Element>
    fileprivate let deadline: Instant?

    init(_ queue: CompletionQueue<Element>, timeout: Duration?) {
        self.queue = queue
        deadline = timeout.map { .after($0) }
    }

    /// Waits for the next future to end. Returns nil after the last one.
    ///
    /// - Throws: `TimeoutError` if the time is over.
    @available(*, noasync, message: "use 'for try await' in asynchronous code")
    public func next() throws -> Element? { try queue.next(until: deadline) }
}

extension TimedCompletedFutures: AsyncSequence {
    /// An iterator that takes the futures. Several iterators share the futures between them.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let queue: CompletionQueue<Element>
        fileprivate let deadline: Instant?

        /// Suspends until the next future ends. Returns nil after the last one.
        ///
        /// - Throws: `TimeoutError` if the time is over, and `CancellationError` if the Swift task is cancelled.
        public mutating func next() async throws -> Element? { try await queue.nextEnded(until: deadline) }
    }

    /// Returns an iterator over the futures that have not been taken.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue, deadline: deadline) }
}

@available(
    *,
    unavailable,
    message:
        "taking a future can throw: write 'while let future = try completed.next()', or in asynchronous code 'for try await'"
)
extension TimedCompletedFutures: Sequence {
    /// Not available, so that the compiler says what to write.
    public func makeIterator() -> CompletedFutures<Element>.Iterator { fatalError("unavailable") }
}
