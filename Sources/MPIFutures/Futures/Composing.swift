/// Returns a future that ends with what one of two functions makes of the end of another future.
///
/// If `future` ends with a value, `resultHook` gets it. If `future` fails, `errorHook` gets the error. Each returns a
/// value or throws, and the new future ends accordingly. `errorHook` does not get an error that `resultHook` throws.
/// Cancellation passes in both directions, as in `Future.map`.
///
/// ```swift
/// let text = compose(future, resultHook: { "\($0)" }, errorHook: { "failed: \($0)" })
/// ```
///
/// The counterpart in Python is `mpi4py.futures.compose`. Where a hook in Python returns an exception to fail, a function
/// here throws it.
public func compose<Value: Sendable, NewValue: Sendable>(
    _ future: Future<Value>,
    resultHook: @escaping @Sendable (Value) throws -> NewValue,
    errorHook: @escaping @Sendable (any Error) throws -> NewValue
) -> Future<NewValue> {
    future.mapResult { result in
        switch result {
        case .success(let value): try resultHook(value)
        case .failure(let error): try errorHook(error)
        }
    }
}

/// Returns a future that ends with what a function makes of another future's value, or with its error.
///
/// The same as `Future.map`. The counterpart in Python is `mpi4py.futures.compose` without `excepthook`.
public func compose<Value: Sendable, NewValue: Sendable>(
    _ future: Future<Value>,
    resultHook: @escaping @Sendable (Value) throws -> NewValue
) -> Future<NewValue> {
    future.map(resultHook)
}

/// Returns a future that ends with another future's value, or with what a function makes of its error.
///
/// The same as `Future.recover`. The counterpart in Python is `mpi4py.futures.compose` without `resulthook`.
public func compose<Value: Sendable>(
    _ future: Future<Value>,
    errorHook: @escaping @Sendable (any Error) throws -> Value
) -> Future<Value> {
    future.recover(errorHook)
}
