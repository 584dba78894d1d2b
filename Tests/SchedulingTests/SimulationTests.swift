import Identities
import Support
import Testing

@Suite("Whatever happens")
struct SimulationTests {
    @Test(
        "Every task is sent once, no worker idles or exceeds its window, and the work ends, whatever happens",
        .hangGuarded
    )
    func simulation() {
        var random = SeededGenerator()
        for _ in 0..<60 {
            let seed = random.next()
            var simulation = Simulation(seed: seed)
            #expect(throws: Never.self, "MPIFUTURES_TEST_SEED=\(random.seed), simulation \(seed)") {
                try simulation.run(steps: 300)
            }
        }
    }
}
