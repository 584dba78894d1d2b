/// What an idle polling loop does next: spin, then yield, then sleep in growing intervals.
///
/// A pure state machine: the caller polls, reports each poll that found nothing, and does what it is told. Busy pairs
/// of processes so answer within a poll, and idle ones cost almost nothing.
package struct Backoff: Sendable {
    package enum Step: Equatable, Sendable {
        case spin
        case yield
        /// Sleep for at most so many nanoseconds.
        case sleep(nanoseconds: UInt64)
    }

    package struct Limits: Sendable {
        /// Few: where threads share cores, the one that is waited for may need this one.
        package var spins = 10
        package var yields = 100
        /// After so many polls a message that does not move is taken to wait for its receiver.
        package var pollsWhileSending = 10_000
        /// The first sleep and the longest one, in nanoseconds.
        package var shortestSleep: UInt64 = 20_000
        package var longestSleep: UInt64 = 2_500_000

        package init() {}
    }

    private let limits: Limits
    private var idlePolls = 0
    private var nextSleep: UInt64

    package init(_ limits: Limits = Limits()) {
        self.limits = limits
        nextSleep = limits.shortestSleep
    }

    /// Something was found: begin anew.
    package mutating func reset() {
        idlePolls = 0
        nextSleep = limits.shortestSleep
    }

    /// What is waited for will take its time: after a last look the next steps are sleeps.
    package mutating func skipToSleep() { idlePolls = max(idlePolls, limits.spins + limits.yields - 1) }

    /// Large messages that are under way: they move only while someone polls.
    package enum Traffic: Sendable {
        case none
        /// Ours: it moves when the receiver gets to it, which may be after a long task.
        case outgoing
        /// The sender's: it is moving now.
        case incoming
    }

    /// A poll found nothing.
    package mutating func idle(_ traffic: Traffic) -> Step {
        let step = idle()
        guard case .sleep(let nanoseconds) = step else { return step }
        switch traffic {
        case .none: return step
        case .outgoing:
            return idlePolls < limits.pollsWhileSending ? .yield : .sleep(nanoseconds: min(nanoseconds, 100_000))
        case .incoming: return .yield
        }
    }

    /// A poll found nothing, and nothing is under way.
    package mutating func idle() -> Step {
        idlePolls += 1
        if idlePolls <= limits.spins { return .spin }
        if idlePolls <= limits.spins + limits.yields { return .yield }
        let sleep = nextSleep
        nextSleep = min(nextSleep + nextSleep / 2, limits.longestSleep)
        return .sleep(nanoseconds: sleep)
    }
}
