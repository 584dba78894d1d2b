import Foundation
import Support
import Testing

@testable import Scheduling

@Suite("The estimate of a run's progress")
struct ProgressTests {
    @Test("The estimate of a run's progress is within 10 % of the time left, after a quarter of a log-normal run")
    func logNormal() {
        for seed in UInt64(1)...3 {
            var random = SeededGenerator(seed: seed)
            let run = SimulatedRun(calls: 10_000, workers: 8, startUp: 30, &random)
            var estimate = ProgressEstimate()
            // As a display asks for it: at intervals, from before the first call on.
            for second in stride(from: 0.0, through: run.end / 4, by: 100) {
                estimate.update(run.counts(at: second), atSeconds: second)
            }
            let now = run.start + (run.end - run.start) / 4
            estimate.update(run.counts(at: now), atSeconds: now)
            let error = (estimate.secondsLeft ?? 0) / (run.end - now) - 1
            #expect(abs(error) < 0.1, "seed \(seed): \(error)")
        }
    }

    @Test("The estimate of a run's progress says nothing before a call has ended")
    func beginning() {
        var estimate = ProgressEstimate()
        #expect(estimate.secondsLeft == nil)
        estimate.update(.init(remaining: 10), atSeconds: 0)
        estimate.update(.init(running: 2, remaining: 8), atSeconds: 5)
        estimate.update(.init(running: 2, remaining: 8), atSeconds: 7)
        #expect(estimate.rate == nil && estimate.secondsLeft == nil)
        estimate.update(.init(ended: 2, running: 2, remaining: 6), atSeconds: 9)
        #expect(estimate.rate == 0.5)
        #expect(estimate.secondsLeft == 14)
    }

    @Test("The estimate of a run's progress leaves no time when nothing is left")
    func end() {
        var estimate = ProgressEstimate()
        estimate.update(.init(running: 1, remaining: 3), atSeconds: 1)
        estimate.update(.init(ended: 4), atSeconds: 5)
        #expect(estimate.secondsLeft == 0)
    }
}

/// Calls with log-normal times on some workers, each of which takes the next call when it has ended one.
private struct SimulatedRun {
    let start: Double
    private(set) var end = 0.0
    private var spans: [(begin: Double, end: Double)] = []

    init(calls: Int, workers: Int, startUp: Double, _ random: inout SeededGenerator) {
        start = startUp
        var free = [Double](repeating: startUp, count: workers)
        for _ in 0..<calls {
            let worker = free.indices.min { free[$0] < free[$1] } ?? 0
            let (one, other) = (Double.random(in: 1e-9..<1, using: &random), Double.random(in: 0..<1, using: &random))
            let time = exp((-2 * log(one)).squareRoot() * cos(2 * .pi * other))
            spans.append((free[worker], free[worker] + time))
            free[worker] += time
            end = max(end, free[worker])
        }
    }

    func counts(at time: Double) -> ProgressEstimate.Counts {
        let ended = spans.count { $0.end <= time }
        let begun = spans.count { $0.begin <= time }
        return .init(ended: ended, running: begun - ended, remaining: spans.count - begun)
    }
}
