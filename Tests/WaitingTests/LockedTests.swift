import Support
import Testing
import Waiting

@Suite("A locked value")
struct LockedTests {
    private final class Counter: Sendable {
        let value = Locked(0)
        let list = Locked<[Int]>([])
    }

    @Test("A locked value loses no change of any thread", .hangGuarded)
    func exclusion() throws {
        let counter = Counter()
        try race(8) { thread in
            for _ in 0..<20_000 { counter.value.withLock { $0 += 1 } }
            counter.list.withLock { $0.append(thread) }
        }
        #expect(counter.value.withLock { $0 } == 160_000)
        #expect(counter.list.withLock { $0.sorted() } == Array(0..<8))
    }

    @Test("A locked value is free again after a throw")
    func throwing() {
        struct Refusal: Error {}
        let value = Locked(1)
        #expect(throws: Refusal.self) {
            try value.withLock { value in
                value = 2
                throw Refusal()
            }
        }
        #expect(value.withLock { $0 } == 2)
    }
}
