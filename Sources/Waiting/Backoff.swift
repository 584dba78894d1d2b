/// Decides what an idle polling loop does next: spin, then yield, then sleep for growing intervals.
///
/// The type is a pure state machine. The caller polls, reports each poll that found nothing, and carries out the
/// returned step. Busy pairs of processes thus answer within one poll, and idle processes cost almost nothing.
package struct Backoff: Sendable {
    package enum Step: Equatable, Sendable {
        case spin
        case yield
        /// Sleep for at most this many nanoseconds.
        case sleep(nanoseconds: UInt64)
    }

    package struct Limits: Sendable {
        /// The number is small, because threads may share a core: the awaited thread may need this one's core.
        package var spins = 10
        package var yields = 100
        /// The number of polls after which an unsent message is taken to wait for its receiver.
        package var pollsWhileSending = 10_000
        /// The first and the longest sleep, in nanoseconds. These values are for peers that cannot ring.
        /// `Transport/PollingLimits.swift` has those for peers that can.
        package var shortestSleep: UInt64 = 20_000
        package var longestSleep: UInt64 = 2_500_000

        package init() {}
    }

    private let limits: Limits
    private var idlePolls = 0
    /// The number of idle polls before `skipToSleep` has an effect.
    private var leastPolls = 0
    private var nextSleep: UInt64

    package init(_ limits: Limits = Limits()) {
        self.limits = limits
        nextSleep = limits.shortestSleep
    }

    /// Begins anew. Call this function when a poll has found something, whoever polled.
    package mutating func reset() {
        (idlePolls, leastPolls) = (0, 0)
        nextSleep = limits.shortestSleep
    }

    /// Begins anew after a ring. The cause of a ring may take some polls to show, so `skipToSleep` has no effect during
    /// the first polls.
    package mutating func wake() {
        reset()
        leastPolls = limits.spins
    }

    /// Leaves out what precedes the sleeps, except one last poll. Call this function if the wait is expected to be
    /// long.
    package mutating func skipToSleep() {
        guard idlePolls >= leastPolls else { return }
        idlePolls = max(idlePolls, limits.spins + limits.yields - 1)
    }

    /// Large messages that are in transit. They move only while someone polls.
    package enum Traffic: Sendable {
        case none
        /// A message of ours. It moves when its receiver polls, which may be after a long task.
        case outgoing
        /// A message to us. It is moving now.
        case incoming
    }

    /// Returns the next step after a poll that found nothing, while a large message is in transit.
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

    /// Returns the next step after a poll that found nothing, with no message in transit.
    package mutating func idle() -> Step {
        idlePolls += 1
        if idlePolls <= limits.spins { return .spin }
        if idlePolls <= limits.spins + limits.yields { return .yield }
        let sleep = nextSleep
        nextSleep = min(nextSleep + nextSleep / 2, limits.longestSleep)
        return .sleep(nanoseconds: sleep)
    }
}
