import Testing
import Waiting

@Suite("An idle loop")
struct BackoffTests {
    private let limits: Backoff.Limits = {
        var limits = Backoff.Limits()
        limits.spins = 2
        limits.yields = 3
        limits.shortestSleep = 100
        limits.longestSleep = 500
        return limits
    }()

    private let sequence: [Backoff.Step] = [
        .spin, .spin, .yield, .yield, .yield,
        .sleep(nanoseconds: 100), .sleep(nanoseconds: 150), .sleep(nanoseconds: 225), .sleep(nanoseconds: 337),
        .sleep(nanoseconds: 500), .sleep(nanoseconds: 500), .sleep(nanoseconds: 500),
    ]

    @Test("An idle loop spins, then yields, then sleeps longer and longer, up to a limit")
    func steps() {
        var backoff = Backoff(limits)
        #expect(sequence.map { _ in backoff.idle() } == sequence)
    }

    @Test("An idle loop begins anew when it has found something, wherever it was", arguments: 0...12)
    func reset(count: Int) {
        var backoff = Backoff(limits)
        for _ in 0..<count { _ = backoff.idle() }
        backoff.reset()
        #expect(sequence.map { _ in backoff.idle() } == sequence)
    }

    @Test("An idle loop that is not to sleep for long never does")
    func equalLimits() {
        var limits = limits
        (limits.spins, limits.yields) = (0, 0)
        limits.longestSleep = limits.shortestSleep
        var backoff = Backoff(limits)
        for _ in 0..<100 { #expect(backoff.idle() == .sleep(nanoseconds: 100)) }
    }

    @Test("An idle loop sleeps at its limit for ever")
    func forEver() {
        var backoff = Backoff(limits)
        for _ in 0..<100_000 { _ = backoff.idle() }
        #expect(backoff.idle() == .sleep(nanoseconds: 500))
    }

    @Test("An idle loop looks once more, and then sleeps, if what it waits for takes its time", arguments: 0...4)
    func skips(count: Int) {
        var backoff = Backoff(limits)
        for _ in 0..<count { _ = backoff.idle() }
        backoff.skipToSleep()
        #expect(backoff.idle() == .yield)
        #expect(backoff.idle() == .sleep(nanoseconds: 100))
    }

    @Test("An idle loop looks a few times after a ring, even if what it waits for takes its time", arguments: 0...6)
    func wakes(count: Int) {
        var backoff = Backoff(limits)
        for _ in 0..<count { _ = backoff.idle() }
        backoff.wake()
        let steps = (0..<5).map { _ in
            backoff.skipToSleep()
            return backoff.idle()
        }
        #expect(steps == [.spin, .spin, .yield, .sleep(nanoseconds: 100), .sleep(nanoseconds: 150)])
    }

    @Test("An idle loop that sleeps already sleeps on, and no shorter")
    func skipsNothing() {
        var backoff = Backoff(limits)
        for _ in 0..<7 { _ = backoff.idle() }
        backoff.skipToSleep()
        #expect(backoff.idle() == .sleep(nanoseconds: 225))
    }

    @Test("An idle loop does not sleep while a large message comes in")
    func incoming() {
        var backoff = Backoff(limits)
        for _ in 0..<1000 {
            guard case .sleep = backoff.idle(.incoming) else { continue }
            Issue.record("a sleep")
        }
    }

    @Test("An idle loop watches a message that goes out so many times, then looks after it now and then")
    func outgoing() {
        var limits = limits
        limits.pollsWhileSending = 20
        limits.longestSleep = 1_000_000
        var backoff = Backoff(limits)
        let steps = (0..<100).map { _ in backoff.idle(.outgoing) }
        #expect(steps.firstIndex { if case .sleep = $0 { true } else { false } } == 19)
        #expect(steps.last == .sleep(nanoseconds: 100_000))
        // When it has gone out, nothing holds the sleep short.
        #expect(backoff.idle(.none) == .sleep(nanoseconds: 1_000_000))
    }
}
