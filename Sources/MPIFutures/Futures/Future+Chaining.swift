internal import Pool

// Futures derived from futures. Functions given here run like callbacks, on a thread that belongs to the executor.
//
// Cancelling a derived future cancels the future that it waits for, unless that has been sent to a worker. If the
// latter is cancelled, the derived future is cancelled, too. The counterparts in Python are `then` and `catch` of
// `mpi4py.futures.aplus`.

extension Future {
    /// Returns a future of the value that `transform` makes of this future's value.
    ///
    /// The new future has the same error as this one, or the error that `transform` throws. Cancelling the new future
    /// cancels this one if it has not been sent to a worker. If this future is cancelled, so is the new one.
    ///
    /// The counterparts in Python are `mpi4py.futures.compose` and `then` of `mpi4py.futures.aplus`.
    public func map<NewValue: Sendable>(
        _ transform: @escaping @Sendable (Value) throws -> NewValue
    ) -> Future<NewValue> {
        derive { outcome, derived in
            derived.complete { .value(try transform(decode(outcome))) }
        }
    }

    /// Returns a future that ends like the future that `transform` makes of this future's value.
    ///
    /// Errors and cancellation pass as in `map`. A future that would wait for itself fails with `ExecutorError`.
    ///
    /// The counterpart in Python is `then` of `mpi4py.futures.aplus`, with a function that returns a future.
    public func flatMap<NewValue: Sendable>(
        _ transform: @escaping @Sendable (Value) throws -> Future<NewValue>
    ) -> Future<NewValue> {
        derive { outcome, derived in
            derived.become { try transform(decode(outcome)) }
        }
    }

    /// Returns a future of this future's value or, if this future fails, of the value that `transform` makes of the
    /// error.
    ///
    /// Cancellation is not an error here: it passes through. To keep or replace the error, throw it in `transform`.
    ///
    /// The counterparts in Python are `mpi4py.futures.compose` with `excepthook`, and `catch` of
    /// `mpi4py.futures.aplus`.
    public func recover(_ transform: @escaping @Sendable (any Error) throws -> Value) -> Future {
        derive { outcome, derived in
            derived.complete {
                do { return .value(try decode(outcome)) } catch { return .value(try transform(error)) }
            }
        }
    }

    /// Returns a future of this future's value. If this future fails, the new one ends like the future that `transform`
    /// makes of the error.
    ///
    /// The counterpart in Python is `catch` of `mpi4py.futures.aplus`, with a function that returns a future.
    public func flatRecover(_ transform: @escaping @Sendable (any Error) throws -> Future) -> Future {
        derive { outcome, derived in
            let value: Value
            do { value = try decode(outcome) } catch { return derived.become { try transform(error) } }
            derived.complete { .value(value) }
        }
    }

    /// Not available, so that the compiler says what to write.
    @_documentation(visibility: internal)
    @available(*, unavailable, message: "for a function that returns a future use 'flatRecover'")
    public func recover(_ transform: @escaping @Sendable (any Error) throws -> Future) -> Future { self }

    /// Returns a future of the value that `transform` makes of this future's value or error.
    ///
    /// ```swift
    /// let text = future.mapResult { result in
    ///     switch result {
    ///     case .success(let value): "\(value)"
    ///     case .failure(let error): "failed: \(error)"
    ///     }
    /// }
    /// ```
    ///
    /// An error that `transform` throws is the new future's. Cancellation passes as in `map`.
    ///
    /// The counterparts in Python are `mpi4py.futures.compose` with both hooks, and `then` of `mpi4py.futures.aplus` with
    /// both functions.
    public func mapResult<NewValue: Sendable>(
        _ transform: @escaping @Sendable (Result<Value, any Error>) throws -> NewValue
    ) -> Future<NewValue> {
        derive { outcome, derived in
            derived.complete { .value(try transform(Result { try decode(outcome) })) }
        }
    }

    /// Returns a future that ends like the future that `transform` makes of this future's value or error.
    ///
    /// Errors and cancellation pass as in `mapResult`. A future that would wait for itself fails with `ExecutorError`.
    ///
    /// The counterpart in Python is `then` of `mpi4py.futures.aplus`, with two functions that return a future.
    public func flatMapResult<NewValue: Sendable>(
        _ transform: @escaping @Sendable (Result<Value, any Error>) throws -> Future<NewValue>
    ) -> Future<NewValue> {
        derive { outcome, derived in
            derived.become { try transform(Result { try decode(outcome) }) }
        }
    }

    /// Returns a future that waits for this one, and for what `body` does with its outcome.
    private func derive<NewValue: Sendable>(
        _ body: @escaping @Sendable (Outcome, Future<NewValue>) -> Void
    ) -> Future<NewValue> {
        let derived = Future<NewValue>(local: FutureCore(), callbacks: callbacks)
        _ = derived.core.follow(.init([core]))
        whenDone { future in
            guard let outcome = future.core.outcome else { return }
            if case .cancelled = outcome { derived.cancel() } else { body(outcome, derived) }
        }
        return derived
    }

    /// Ends the future with the outcome of `body`, unless it has been cancelled.
    private func complete(_ body: () throws -> Outcome) {
        guard core.start() else { return }
        do { core.complete(try body()) } catch { core.complete(.failure(error)) }
    }

    /// Ends the future like the one that `body` returns.
    private func become(_ body: () throws -> Future) {
        let other: Future
        do { other = try body() } catch { return complete { throw error } }
        if other.core.follows(core) {
            return complete { throw ExecutorError(.invalidArgument, "a future cannot wait for itself") }
        }
        guard core.follow(.init([other.core], isFollowed: true)) else {
            other.cancel()
            return
        }
        other.whenDone { other in
            guard let outcome = other.core.outcome else { return }
            if case .cancelled = outcome { cancel() } else { complete { .value(try other.decode(outcome)) } }
        }
    }
}
