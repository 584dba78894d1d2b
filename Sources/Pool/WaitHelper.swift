/// Does useful work while a caller waits for a future: a `Pool`, whose dispatcher the caller may run inline.
package protocol WaitHelper: AnyObject, Sendable {
    /// Waits without sleeping, for as long as that is cheaper than falling asleep.
    ///
    /// - Returns: Whether `isDone` holds.
    func wait(until isDone: () -> Bool) -> Bool
}
