import Testing
import Waiting

@Suite("Waiting without sleep")
struct SpinWaitTests {
    @Test("ends when what is waited for is there, and looks no more")
    func success() {
        var looks = 0
        let hasCome = SpinWait.wait {
            looks += 1
            return looks == 7
        }
        #expect(hasCome)
        #expect(looks == 7)
    }

    @Test("is given up after a while")
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

@Suite("The passage of time")
struct TickGateTests {
    @Test("is told again and again, and not all the time")
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
