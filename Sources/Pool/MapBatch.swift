/// The results that a consumer of a map gets.
package enum MapBatch: Sendable {
    /// The next results, in order; at least one.
    case outcomes([Outcome])
    /// There is no result yet. The consumer's `wake` is called once when there is.
    case nothingYet
    /// All elements have been taken.
    case end
}
