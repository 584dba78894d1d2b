import Identities
import Scheduling
import Testing

@Suite("The expected time of a callable")
struct EstimateTests {
    private func estimate(after times: [UInt64]) -> UInt64 {
        var scheduler = Scheduler(workers: 1)
        for time in times {
            scheduler.queueChanged(to: 1, executor: 1)
            _ = scheduler.send()
            scheduler.answer(0, each: time)
        }
        return scheduler.estimates[0]
    }

    @Test("The expected time of a callable is unknown before the first answer, so that its calls go out one by one")
    func unknown() {
        #expect(estimate(after: []) == TimeEstimates.unknown)
        #expect(Scheduler().estimates[1_000_000] == TimeEstimates.unknown)
    }

    @Test("The expected time of a callable is the first time that was measured")
    func first() {
        #expect(estimate(after: [700]) == 700)
    }

    @Test("The expected time of a callable goes halfway to a longer time, and a quarter of the way to a shorter one")
    func moves() {
        #expect(estimate(after: [1000, 3000]) == 2000)
        #expect(estimate(after: [1000, 200]) == 800)
    }

    @Test("The expected time of a callable is 1 ns at least, however fast the calls are")
    func atLeastOne() {
        #expect(estimate(after: [0]) == 1)
        #expect(estimate(after: [0, 0, 0, 0]) == 1)
    }

    @Test("The expected time of a callable stays within the times that were measured, whatever these are")
    func bounded() {
        #expect(estimate(after: [1, .max, .max]) <= .max)
        #expect(estimate(after: [.max, 1]) < .max)
    }

    @Test("The expected time of a callable belongs to one callable")
    func separate() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 2, executor: 1)
        _ = scheduler.send()
        scheduler.answer(0, callable: 5, each: 900)
        #expect(scheduler.estimates[5] == 900)
        #expect(scheduler.estimates[4] == TimeEstimates.unknown)
        #expect(scheduler.estimates[6] == TimeEstimates.unknown)
    }

    @Test("The expected time of a callable is the mean over the calls of an answer")
    func mean() {
        var scheduler = Scheduler(workers: 1)
        scheduler.queueChanged(to: 10, executor: 1)
        _ = scheduler.send(10)
        scheduler.answered(worker: 0, tasks: 10, callable: 0, nanoseconds: 12_345, finishedFrame: 1000)
        #expect(scheduler.estimates[0] == 1234)
    }
}
