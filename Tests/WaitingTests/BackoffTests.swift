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

    @Test("spins, then yields, then sleeps longer and longer, up to a limit")
    func steps() {
        var backoff = Backoff(limits)
        #expect(sequence.map { _ in backoff.idle() } == sequence)
    }

    @Test("begins anew when it has found something, wherever it was", arguments: 0...12)
    func reset(count: Int) {
        var backoff = Backoff(limits)
        for _ in 0..<count { _ = backoff.idle() }
        backoff.reset()
        #expect(sequence.map { _ in backoff.idle() } == sequence)
    }

    @Test("that is not to sleep for long never does")
    func equalLimits() {
        var limits = limits
        (limits.spins, limits.yields) = (0, 0)
        limits.longestSleep = limits.shortestSleep
        var backoff = Backoff(limits)
        for _ in 0..<100 { #expect(backoff.idle() == .sleep(nanoseconds: 100)) }
    }

    @Test("sleeps at its limit for ever")
    func forEver() {
        var backoff = Backoff(limits)
        for _ in 0..<100_000 { _ = backoff.idle() }
        #expect(backoff.idle() == .sleep(nanoseconds: 500))
    }
}
