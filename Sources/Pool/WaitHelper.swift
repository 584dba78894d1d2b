/// Does useful work while a caller waits for a future: a `Pool`, whose dispatcher the caller may run inline.
///
/// Docs/Decisions/0015 says why, and 0031 says what the caller holds meanwhile.
package protocol WaitHelper: AnyObject, Sendable {
    /// Whether this process was forked from the one that has the helper, so that the wait would never end.
    var isForked: Bool { get }

    /// Waits without sleeping, for as long as that is cheaper than falling asleep.
    ///
    /// - Returns: Whether `isDone` holds.
    func wait(until isDone: () -> Bool) -> Bool
}
