@testable import Pool

/// A cause for which a test breaks an executor.
struct Cause: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Returns the error for which the executor of a future broke; nil for every other outcome.
func brokenCause(_ outcome: Outcome?) -> (any Error)? {
    guard case .failure(PoolFailure.broken(let cause))? = outcome else { return nil }
    return cause
}
