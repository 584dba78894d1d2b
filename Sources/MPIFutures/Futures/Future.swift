package import Pool
internal import Processes
internal import Waiting
internal import Wire

/// A handle of a call and of its result, which may not exist yet.
///
/// A future is first pending, then running, then finished with a value or an error. It may be cancelled while it is
/// pending, and while it runs if its call is isolated. Copies of a future are handles of the same call. Any number of threads and tasks may wait for it.
///
/// The counterpart in Python is `concurrent.futures.Future`.
public struct Future<Value: Sendable>: Sendable {
    package let core: FutureCore
    let origin: FutureOrigin<Value>

    /// Makes the future of a call.
    init(_ core: FutureCore, _ origin: FutureOrigin<Value>) {
        self.core = core
        self.origin = origin
    }

    /// Makes a future that ends in this process, with a value or an error.
    init(local core: FutureCore, callbacks: CallbackQueue) {
        self.init(core, FutureOrigin(callbacks: callbacks))
    }

    /// Makes the future of a call whose type the library does not see. See `ExecutorEngine.submit`.
    @usableFromInline init(_ call: SubmittedCall) {
        self.init(call.core, unsafeDowncast(call.origin, to: FutureOrigin<Value>.self))
    }

    package var callbacks: CallbackQueue { origin.callbacks }

    @usableFromInline var isBitwise: Bool { origin.isBitwise }
}

/// The data that all futures of one type of call share.
final class FutureOrigin<Value: Sendable>: Sendable {
    let callbacks: CallbackQueue
    /// The pool that makes the calls; nil for futures that end in this process.
    let pool: Pool?
    let decode: @Sendable (Payload) throws -> Value
    /// Whether values travel as their bytes, and no conformance makes them.
    let isBitwise = isBitwiseCodable(Value.self)

    /// Makes the origin of calls, whose results arrive as bytes.
    init(decodingFor pool: Pool) where Value: Codable {
        self.pool = pool
        callbacks = pool.callbacks
        let plan = ValueCoding.plan(of: Value.self)
        decode = { try $0.decoded(as: Value.self, plan) }
    }

    /// Makes the origin of futures that end in this process.
    init(callbacks: CallbackQueue) {
        self.callbacks = callbacks
        pool = nil
        decode = { _ in throw ExecutorError(.undecodableResult, "bytes for a value that was made here") }
    }
}

// MARK: - State

extension Future {
    /// Whether the call has ended: with a result, with an error, or by cancellation. The counterpart in Python is
    /// `done`.
    public var isDone: Bool { core.phase.isDone }

    /// Whether the call has been sent to a worker and has not ended. The counterpart in Python is `running`.
    public var isRunning: Bool { core.phase == .running }

    /// Whether the call was cancelled. The counterpart in Python is `cancelled`.
    public var isCancelled: Bool { core.phase == .cancelled }

    /// Cancels the call, unless it has been sent to a worker already. Idempotent.
    ///
    /// The counterpart in Python is `cancel`.
    ///
    /// - Returns: Whether the call is cancelled now, also if it was before.
    @discardableResult
    public func cancel() -> Bool { core.cancel() }

    /// Cancels the call, even if it runs.
    ///
    /// A call that runs is ended together with its worker process and all that it has started. A new process takes the
    /// worker's place, and all other calls have their results. Only isolated calls can be ended: see
    /// `ExecutorOptions.isolation`. Idempotent.
    ///
    /// Python has no counterpart.
    ///
    /// - Returns: Whether the call is cancelled now, also if it was before. It is not if it has ended, or if it runs on
    ///   a thread or a rank of MPI.
    @discardableResult
    public func cancel(_ reach: CancellationReach) -> Bool { core.cancel(reach) }
}

/// The calls that a cancellation reaches.
public enum CancellationReach: Sendable {
    /// Calls that have not been sent to a worker.
    case pending
    /// Also calls that have been sent to a worker, whether they have begun or not.
    case running
}

extension FutureCore {
    /// Cancels a call, and ends it if it runs.
    func cancel(_ reach: CancellationReach) -> Bool {
        let cancellation = cancel(running: reach == .running)
        if cancellation.wasRunning { Runtime.shared.endCancelledCalls() }
        return cancellation.isCancelled
    }
}

// MARK: - The end

extension Future {
    /// Waits for the result.
    ///
    /// The counterpart in Python is `result`.
    ///
    /// - Parameter timeout: How long to wait at most; zero polls, nil waits as long as it takes.
    /// - Throws: The error that the call threw, or `RemoteError` if that error could not travel; `CancelledError`;
    ///   `TimeoutError` if the time is over, while the call goes on; `ExecutorError` if the executor broke; the error
    ///   of encoding the arguments or of decoding the result.
    @available(*, noasync, message: "use 'value' in asynchronous code")
    @inlinable
    public func result(timeout: Duration? = nil) throws -> Value {
        // The bytes of a trivial result are copied directly to the caller's variable.
        if isPlain(Value.self) || _isPOD(Value.self) && isBitwise {
            let value = withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place -> Value? in
                waitForBytes(timeout, place.baseAddress, MemoryLayout<Value>.size) ? place[0] : nil
            }
            if let value { return value }
            // The future has ended, or the time is over. The call without waiting tells which.
            return try decodedResult(timeout == nil ? nil : .zero)
        }
        return try decodedResult(timeout)
    }

    /// Waits, and copies a result that is a trivial value of `size` bytes. Returns false if the outcome is anything
    /// else.
    @usableFromInline func waitForBytes(_ timeout: Duration?, _ place: UnsafeMutableRawPointer?, _ size: Int) -> Bool {
        guard let place else { return false }
        return core.waitForBytes(until: timeout.map { .after($0) }, helping: origin.pool, place, size)
    }

    @usableFromInline func decodedResult(_ timeout: Duration?) throws -> Value { try decode(wait(timeout)) }

    /// Waits for the end. Returns the error, or nil if there is a value.
    ///
    /// The counterpart in Python is `exception`.
    ///
    /// - Parameter timeout: How long to wait at most; zero polls, nil waits as long as it takes.
    /// - Throws: `CancelledError` if the call was cancelled, and `TimeoutError` if the time is over.
    @available(*, noasync, message: "use 'value' in asynchronous code")
    public func error(timeout: Duration? = nil) throws -> (any Error)? { try origin.error(of: core, timeout) }

    /// The result, for asynchronous code. Reading it suspends until the call has ended.
    ///
    /// Cancelling the Swift task ends the wait with `CancellationError`, while the call goes on. Other errors are those
    /// of `result(timeout:)`.
    public var value: Value {
        get async throws { try decode(await core.ended()) }
    }

    /// Where and why the call failed on its worker, beyond the error that the call threw; nil for a call that has not
    /// failed there, or has not ended.
    public var remoteError: RemoteError? {
        guard case .payload(let payload)? = core.outcome, let (status, bytes) = try? payload.read(),
            status.isFailure
        else { return nil }
        return try? RemoteError(cbor: bytes)
    }

    /// Has `body` called when the future has ended; at once if it has already.
    ///
    /// Callbacks run in the order in which they were added, on a thread that belongs to the executor: one that takes
    /// its time delays other callbacks, but no task. One that is added to a future that has ended runs on the caller's
    /// thread.
    ///
    /// The counterpart in Python is `add_done_callback`.
    public func whenDone(_ body: @escaping @Sendable (Future) -> Void) {
        if !core.observe(.init(on: callbacks) { body(self) }) { body(self) }
    }

    private func wait(_ timeout: Duration?) throws -> Outcome { try origin.wait(for: core, timeout) }

    func decode(_ outcome: Outcome) throws -> Value { try origin.decode(outcome, of: core) }
}

extension FutureOrigin {
    fileprivate func wait(for core: FutureCore, _ timeout: Duration?) throws -> Outcome {
        guard let outcome = core.wait(until: timeout.map { .after($0) }, helping: pool) else { throw TimeoutError() }
        return outcome
    }

    fileprivate func decode(_ outcome: Outcome, of core: FutureCore) throws -> Value {
        let value = try outcome.get(decode)
        // The value replaces the bytes, so that every caller gets the same value.
        if case .payload = outcome { core.replacePayload(by: value) }
        return value
    }

    func error(of core: FutureCore, _ timeout: Duration?) throws -> (any Error)? {
        let outcome = try wait(for: core, timeout)
        if case .cancelled = outcome { throw CancelledError() }
        do { _ = try decode(outcome, of: core) } catch { return error }
        return nil
    }
}

/// A `FutureOrigin` of any type of value.
protocol AnyFutureOrigin: AnyObject, Sendable {
    /// Waits for the end of a future of this origin. Returns its error as `Future.error` does.
    func error(of core: FutureCore, _ timeout: Duration?) throws -> (any Error)?
}

extension FutureOrigin: AnyFutureOrigin {}

extension Future: Hashable {
    /// Returns whether both are handles of the same call.
    public static func == (left: Future, right: Future) -> Bool { left.core === right.core }

    /// Hashes the future's identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(core)) }
}
