/// What has become of the processes of a worker.
package struct ProcessCounts: Equatable, Sendable {
    /// How many more processes serve than did when the worker reported first. It is below 0 while there is none.
    package var serving = 0
    /// Processes that have ended unasked.
    package var lost = 0
    /// Processes that took the place of lost ones.
    package var restarted = 0
    /// Processes that were replaced after as many calls as they may make.
    package var recycled = 0

    package init() {}
}

extension ProcessCounts {
    package static func - (left: Self, right: Self) -> Self {
        var difference = left
        difference.serving -= right.serving
        difference.lost -= right.lost
        difference.restarted -= right.restarted
        difference.recycled -= right.recycled
        return difference
    }
}
