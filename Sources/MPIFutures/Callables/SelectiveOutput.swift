/// A result that may stand for a failure, which a journal keeps only if it is asked to.
package protocol SelectiveOutput: Decodable {
    /// Whether the result counts in a later run.
    func counts(recordsFailures: Bool) -> Bool
}
