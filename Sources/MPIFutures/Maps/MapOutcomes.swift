extension MapResults {
    /// The results that have not been taken as values of `Result`, so that a loop goes on after a call that failed.
    ///
    /// ```swift
    /// for outcome in try executor.map({ Root(number: $0) }, [4, -4, 9]).outcomes {
    ///     switch outcome {
    ///     case .success(let root): print(root)
    ///     case .failure(let error): print("failed: \(error)")
    ///     }
    /// }
    /// ```
    ///
    /// If the map's time is over, the last element is a failure with `TimeoutError`.
    public var outcomes: MapOutcomes<Output> { MapOutcomes(results: self) }
}

/// The results of a map as a sequence of `Result`. It can be taken once.
public struct MapOutcomes<Output: Codable & Sendable>: Sequence, Sendable {
    fileprivate let results: MapResults<Output>

    /// An iterator that takes the results. Several iterators of one map share its results between them.
    public struct Iterator: IteratorProtocol {
        fileprivate let results: MapResults<Output>

        /// Waits for the next result. Returns nil after the last one.
        public mutating func next() -> Result<Output, any Error>? {
            do { return try results.next().map { .success($0) } } catch { return .failure(error) }
        }
    }

    /// Returns an iterator over the results that have not been taken.
    @available(*, noasync, message: "write 'for try await' over the results in asynchronous code")
    public func makeIterator() -> Iterator { Iterator(results: results) }
}
