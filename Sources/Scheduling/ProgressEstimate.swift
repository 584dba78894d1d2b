/// How far a run is, and how long the rest will take, judged by the calls that have ended so far.
///
/// The estimate has no clock: whoever asks passes the time.
package struct ProgressEstimate {
    /// What is known of a run at one moment.
    package struct Counts: Equatable, Sendable {
        /// Calls that were made and have ended, failed ones included.
        package var ended = 0
        /// Calls that workers make at the moment, as many as there are workers at most.
        package var running = 0
        /// Calls that have neither ended nor begun, nor need to be made.
        package var remaining = 0

        package init(ended: Int = 0, running: Int = 0, remaining: Int = 0) {
            self.ended = ended
            self.running = running
            self.remaining = remaining
        }
    }

    /// When the first call was seen at work. The start of the workers is no measure of the calls.
    private var start: (seconds: Double, done: Double)?
    private var last: (seconds: Double, counts: Counts)?

    package init() {}

    /// Takes note of the counts at a time.
    package mutating func update(_ counts: Counts, atSeconds seconds: Double) {
        if start == nil, counts.ended + counts.running > 0 { start = (seconds, Self.done(counts)) }
        last = (seconds, counts)
    }

    /// The work that is done, in calls. A call at work counts for a half, which it is on average.
    private static func done(_ counts: Counts) -> Double { Double(counts.ended) + Double(counts.running) / 2 }

    /// How many calls end in a second; nil while none has ended.
    package var rate: Double? {
        guard let start, let last, last.counts.ended > 0, last.seconds > start.seconds else { return nil }
        return (Self.done(last.counts) - start.done) / (last.seconds - start.seconds)
    }

    /// The seconds that the rest will take; nil while no call has ended.
    package var secondsLeft: Double? {
        guard let rate, rate > 0, let counts = last?.counts else { return nil }
        return (Double(counts.remaining) + Double(counts.running) / 2) / rate
    }
}
