import Identities
import Scheduling
import Support
import Testing

@Suite("With very many workers")
struct ScaleTests {
    @Test("Long enough tasks keep very many workers busy", .hangGuarded, arguments: [1_000, 10_000])
    func balance(workers: Int) {
        // A task takes the time of a frame, so that each one travels alone.
        let length = UInt64(workers) * Scheduler.Policy().frameTimePerWorker
        var scale = Scale(workers: workers, lengths: [UInt64](repeating: length, count: 10 * workers))
        let outcome = scale.run()
        #expect(outcome.efficiency > 0.9)
        #expect(outcome.frames == outcome.tasks)
    }

    @Test("Short tasks keep a thousand workers busy, since they share frames", .hangGuarded)
    func shortTasks() {
        var random = SeededGenerator()
        let lengths = (0..<300_000).map { _ in UInt64.random(in: 500_000...1_500_000, using: &random) }
        var scale = Scale(workers: 1_000, lengths: lengths)
        let outcome = scale.run()
        #expect(outcome.efficiency > 0.95, "MPIFUTURES_TEST_SEED=\(random.seed)")
        #expect(outcome.masterShare < 0.5)
    }

    @Test("Tasks of very different lengths end at about the same time on very many workers", .hangGuarded)
    func mixture() {
        var random = SeededGenerator()
        let lengths = (0..<40_000).map { _ in UInt64.random(in: 1...100, using: &random) * 1_000_000 }
        var scale = Scale(workers: 1_000, lengths: lengths)
        #expect(scale.run().efficiency > 0.9, "MPIFUTURES_TEST_SEED=\(random.seed)")
    }

    @Test("Short tasks for very many workers share frames, so that a frame costs little", .hangGuarded)
    func frames() {
        var scale = Scale(workers: 4, lengths: [UInt64](repeating: 100, count: 1_000_000))
        let outcome = scale.run()
        #expect(outcome.frames < outcome.tasks / 500)
    }

    @Test("Where each host has a master that chooses workers, short tasks keep more workers busy", .hangGuarded)
    func hostMasters() {
        // Twenty tasks for each of 2,000 workers, of which the master alone can feed some 300 with tasks of this length.
        var random = SeededGenerator()
        let lengths = (0..<40_000).map { _ in UInt64.random(in: 500_000...1_500_000, using: &random) }
        var alone = Scale(workers: 2_000, lengths: lengths)
        let without = alone.run()
        let outcomes = [HostScale.Choice.byMaster, .byHostMaster].map { choice in
            var scale = HostScale(hosts: 20, workersPerHost: 100, lengths: lengths, choice)
            return scale.run()
        }
        let seed = Comment("MPIFUTURES_TEST_SEED=\(random.seed)")
        #expect(outcomes[0].efficiency > without.efficiency, seed)
        #expect(outcomes[1].efficiency > outcomes[0].efficiency, seed)
        #expect(outcomes[1].frames < without.frames / 10, seed)
    }

    @Test("Hosts get long tasks one by one for each worker, so that none waits beside an idle worker", .hangGuarded)
    func hostsWithLongTasks() {
        var scale = HostScale(
            hosts: 50,
            workersPerHost: 8,
            lengths: [UInt64](repeating: 1_000_000_000, count: 10 * 400),
            .byHostMaster
        )
        #expect(scale.run().efficiency > 0.99)
    }
}
