internal import Waiting

/// The errors that stand on this process's standard error already: its own, and those of its workers.
///
/// An error often comes to be reported in several places: by the worker that has failed, by each caller who waits for
/// its calls.
package enum ShownLines {
    private static let lines = Locked<Set<String>>([])
    private static let limit = 64

    /// Notes a line, without the project's name before it; returns whether it is new.
    @discardableResult
    package static func insert(_ line: String) -> Bool {
        lines.withLock { lines in
            if lines.contains(line) { return false }
            if lines.count < limit { lines.insert(line) }
            return true
        }
    }
}
