internal import Pool

// Futures made from futures. The functions given here run like callbacks, on a thread that belongs to the executor.
//
// Cancelling a derived future cancels what it waits for, if that has not been sent to a worker; a derived future is
// cancelled with what it waits for. The counterparts in Python are `then` and `catch` of `mpi4py.futures.aplus`.

extension Future {
    /// A future of what `transform` makes of the value.
    ///
    /// An error passes through; an error that `transform` throws is the new future's. Cancelling the new future cancels
    /// this one if it has not been sent to a worker; it is cancelled with this one.
    ///
    /// The counterparts in Python are `mpi4py.futures.compose` and `then` of `mpi4py.futures.aplus`.
    public func map<NewValue: Sendable>(
        _ transform: @escaping @Sendable (Value) throws -> NewValue
    ) -> Future<NewValue> {
        derive { outcome, derived in
            derived.complete { .value(try transform(decode(outcome))) }
        }
    }

    /// A future that ends like the one that `transform` makes of the value.
    ///
    /// As `map` otherwise. A future that would wait for itself fails with `ExecutorError`.
    ///
    /// The counterpart in Python is `then` of `mpi4py.futures.aplus`, with a function that returns a future.
    public func flatMap<NewValue: Sendable>(
        _ transform: @escaping @Sendable (Value) throws -> Future<NewValue>
    ) -> Future<NewValue> {
        derive { outcome, derived in
            derived.become { try transform(decode(outcome)) }
        }
    }

    /// A future of the value or, if there is an error, of what `transform` makes of that.
    ///
    /// Cancellation is not an error here: it passes through. To keep the error, or to replace it, throw.
    ///
    /// The counterparts in Python are `mpi4py.futures.compose` and `catch` of `mpi4py.futures.aplus`.
    public func recover(_ transform: @escaping @Sendable (any Error) throws -> Value) -> Future {
        derive { outcome, derived in
            derived.complete {
                do { return .value(try decode(outcome)) } catch { return .value(try transform(error)) }
            }
        }
    }

    /// A future of the value or, if there is an error, one that ends like the future that `transform` makes of that.
    ///
    /// The counterpart in Python is `catch` of `mpi4py.futures.aplus`, with a function that returns a future.
    public func recover(_ transform: @escaping @Sendable (any Error) throws -> Future) -> Future {
        derive { outcome, derived in
            let value: Value
            do { value = try decode(outcome) } catch { return derived.become { try transform(error) } }
            derived.complete { .value(value) }
        }
    }

    /// A future that waits for this one, and for what `body` then does with it.
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

    /// Ends the future with what `body` makes, unless it has been cancelled.
    private func complete(_ body: () throws -> Outcome) {
        guard core.start() else { return }
        do { core.complete(try body()) } catch { core.complete(.failure(error)) }
    }

    /// Ends the future like another one.
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
