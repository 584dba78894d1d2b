internal import Waiting

/// The errors that are on this process's standard error already, its own and those of its workers.
///
/// One error is often reported several times: by the worker that failed, and by each caller that waits for its calls.
package enum ShownLines {
    private static let lines = Locked<Set<String>>([])
    private static let limit = 64

    /// Records a line, without the project's name before it. Returns whether the line is new.
    @discardableResult
    package static func insert(_ line: String) -> Bool {
        lines.withLock { lines in
            if lines.contains(line) { return false }
            if lines.count < limit { lines.insert(line) }
            return true
        }
    }
}
