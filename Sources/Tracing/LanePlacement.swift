/// When a worker made its calls, as far as its master can know.
///
/// A worker says how long calls took. The master knows when the answer came, which may be later than the calls ended. So
/// the calls are placed as late as the answers allow, without overlap.
package struct LanePlacement {
    /// The end of the last calls that were placed.
    private var lastEnd: UInt64 = 0

    package init() {}

    package struct Span: Equatable {
        package var begin: UInt64
        package var end: UInt64
    }

    /// Places calls that a worker has made one after the other.
    ///
    /// - Parameter answers: When each answer came, and how long its calls took, in nanoseconds.
    package mutating func place(_ answers: [(time: UInt64, nanoseconds: UInt64)]) -> [Span] {
        var spans: [Span] = []
        var next = UInt64.max
        for answer in answers.reversed() {
            let end = min(answer.time, next)
            let begin = end - min(end, answer.nanoseconds)
            spans.append(Span(begin: begin, end: end))
            next = begin
        }
        spans.reverse()
        for (index, answer) in answers.enumerated() {
            let begin = max(spans[index].begin, lastEnd)
            spans[index] = Span(begin: begin, end: begin + answer.nanoseconds)
            lastEnd = spans[index].end
        }
        return spans
    }

    /// The time after which a worker sends the results that it has: calls before the last one took no longer.
    static let longestBeforeLast: UInt64 = 1_000_000

    /// Divides the time of several calls between all but the last one and the last one. Returns nil if the last one is
    /// not known to have taken longer than the others.
    package static func divide(_ nanoseconds: UInt64, calls: Int) -> (others: UInt64, last: UInt64)? {
        guard calls > 1, nanoseconds > 2 * longestBeforeLast else { return nil }
        let others = min(longestBeforeLast, nanoseconds / UInt64(calls) * UInt64(calls - 1))
        return (others, nanoseconds - others)
    }
}
