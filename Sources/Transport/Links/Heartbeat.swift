internal import Waiting

/// How the two ends of a link notice that the other one is silent.
///
/// Each end sends a beat in each period. Time is counted in the periods of the end that listens: a process that was
/// stopped or got no core has not listened meanwhile, and blames nobody for that time.
package struct Heartbeat: Equatable, Sendable {
    /// The time between two beats, in nanoseconds.
    package let period: UInt64
    /// For how many periods nothing may be heard of a peer.
    package let patience: Int

    /// - Parameters:
    ///   - period: The time between two beats. It must be positive.
    ///   - patience: How long a peer may be silent. It is rounded up to whole periods.
    package init(period: Duration, patience: Duration) {
        let period = max(1, period.wholeNanoseconds)
        self.period = period
        let (periods, rest) = patience.wholeNanoseconds.quotientAndRemainder(dividingBy: period)
        self.patience = max(2, Int(clamping: periods) + (rest == 0 ? 0 : 1))
    }

    /// The heartbeat unless the user chooses another one. Docs/Decisions/0057 has the reasons.
    package static let standard = Heartbeat(period: .seconds(5), patience: .seconds(60))

    /// The ends of periods that a peer may let pass. The first one may come just behind a beat.
    var leastLimit: Int { patience + 1 }

    /// The ends of periods after which a peer is lost, together with all that have let `leastLimit` pass.
    var limit: Int { patience + 2 }

    /// How long a peer that is lost has been silent at least, in seconds.
    package var seconds: Double { Double(period) * Double(patience) / 1e9 }

    /// The heartbeat by which a worker watches its master. The master decides first, as long as both can hear.
    package var ofWorker: Heartbeat { Heartbeat(period: period, patience: 2 * patience + 2) }

    package init(period: UInt64, patience: Int) {
        self.period = max(1, period)
        self.patience = max(2, patience)
    }
}

/// The bookkeeping of one end: when it beats, and how long each peer has been silent.
///
/// The struct has no clock. It is told the time, and what was heard.
package struct SilenceLedger: Sendable {
    package let heartbeat: Heartbeat
    /// When the next period begins, in nanoseconds.
    private(set) package var nextBeat: UInt64
    /// The ends of periods since anything was heard, by peer.
    private var silence: [Int: Int] = [:]

    package init(_ heartbeat: Heartbeat, now: UInt64) {
        self.heartbeat = heartbeat
        nextBeat = now &+ heartbeat.period
    }

    /// Takes note that anything was heard of a peer, which is watched from now on.
    package mutating func noteHeard(_ peer: Int) { silence[peer] = 0 }

    /// Watches a peer no more.
    package mutating func forget(_ peer: Int) { silence[peer] = nil }

    /// Returns the peers that are lost now, in ascending order, if a period has ended; nil if none has. The caller sends
    /// a beat to all others.
    ///
    /// Call it when everything that has arrived was noted. However late the call comes, it counts one period.
    package mutating func endPeriod(now: UInt64) -> [Int]? {
        guard now >= nextBeat else { return nil }
        nextBeat = now &+ heartbeat.period
        for peer in silence.keys { silence[peer, default: 0] += 1 }
        guard silence.values.contains(where: { $0 >= heartbeat.limit }) else { return [] }
        // The workers of one host fall silent together, and their last beats lie up to a period apart. They are lost
        // together, too.
        let lost = silence.filter { $0.value >= heartbeat.leastLimit }.keys.sorted()
        for peer in lost { silence[peer] = nil }
        return lost
    }
}
