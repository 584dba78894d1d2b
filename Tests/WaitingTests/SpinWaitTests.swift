import Testing
import Waiting

@Suite("A spinning wait")
struct SpinWaitTests {
    @Test("A spinning wait ends when its condition holds, and checks no more")
    func success() {
        var looks = 0
        let hasCome = SpinWait.wait {
            looks += 1
            return looks == 7
        }
        #expect(hasCome)
        #expect(looks == 7)
    }

    @Test("A spinning wait gives up after a while")
    func failure() {
        var looks = 0
        let hasCome = SpinWait.wait {
            looks += 1
            return false
        }
        #expect(!hasCome)
        #expect(looks > 20)
    }
}

@Suite("A tick gate")
struct TickGateTests {
    @Test("A tick gate reports passed time again and again, but not at every call")
    func ticks() {
        var gate = TickGate()
        var (passed, still) = (0, 0)
        for _ in 0..<100_000_000 where passed < 10 {
            if gate.hasPassed() { passed += 1 } else { still += 1 }
        }
        #expect(passed == 10)
        #expect(still > 10)
    }
}
