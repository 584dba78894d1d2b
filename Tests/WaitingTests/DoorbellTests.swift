import Linux
import Support
import Synchronization
import Testing
import Waiting

@Suite("A doorbell", .hangGuarded)
struct DoorbellTests {
    private final class House: Sendable {
        let bell = LocalDoorbell()
        let letters = Atomic(0)
        let wokenLate = Atomic(0)

        /// Takes letters until there have been `total`; a sleep that lasts to its end is a lost ring.
        func collect(_ total: Int) {
            var taken = 0
            while taken < total {
                let deadline = Instant.late
                bell.bell.sleep(until: deadline) { letters.load(ordering: .sequentiallyConsistent) > taken }
                taken = letters.load(ordering: .sequentiallyConsistent)
                if Instant.now >= deadline {
                    wokenLate.add(1, ordering: .relaxed)
                    return
                }
            }
        }

        func deliver() {
            letters.add(1, ordering: .sequentiallyConsistent)
            bell.bell.ring()
        }
    }

    @Test("A doorbell wakes its sleeper for every letter, whoever rings", arguments: [1, 2, 8])
    func stress(ringers: Int) throws {
        let house = House()
        let letters = 40_000 / ringers
        let sleeper = try Linux.Thread(name: "sleeper") { house.collect(letters * ringers) }
        try race(ringers) { _ in
            for _ in 0..<letters { house.deliver() }
        }
        sleeper.join()
        #expect(house.wokenLate.load(ordering: .relaxed) == 0)
    }

    @Test("A doorbell wakes its sleeper for the one letter that it waits for, thousands of times")
    func handOver() throws {
        let (left, right) = (House(), House())
        let rounds = 10_000
        let answering = try Linux.Thread(name: "right") {
            for round in 1...rounds {
                right.collect(round)
                left.deliver()
            }
        }
        for round in 1...rounds {
            right.deliver()
            left.collect(round)
        }
        answering.join()
        #expect(left.wokenLate.load(ordering: .relaxed) == 0)
        #expect(right.wokenLate.load(ordering: .relaxed) == 0)
    }

    @Test("A doorbell does not let its sleeper sleep if what it waits for is there")
    func condition() {
        let bell = LocalDoorbell()
        bell.bell.sleep(until: Instant(nanoseconds: .max / 2)) { true }
    }

    @Test("A doorbell does not remember a ring: the condition does")
    func notRemembered() {
        let bell = LocalDoorbell()
        bell.bell.ring()
        bell.bell.ring()
        let deadline = Instant.after(.milliseconds(5))
        bell.bell.sleep(until: deadline) { false }
        #expect(Instant.now >= deadline)
    }

    @Test("A doorbell lets its sleeper go at the deadline, and works after that")
    func deadline() {
        let bell = LocalDoorbell()
        bell.bell.sleep(until: Instant(nanoseconds: 0)) { false }
        for _ in 0..<100 {
            let deadline = Instant.after(.microseconds(10))
            bell.bell.sleep(until: deadline) { false }
            #expect(Instant.now >= deadline)
        }
    }

    @Test("A doorbell rung while its sleeper gives up leaves nothing behind for the next sleep")
    func lateRings() throws {
        let house = House()
        let isOver = Flag()
        let ringer = try Linux.Thread(name: "ringer") {
            while !isOver.value.load(ordering: .relaxed) { house.bell.bell.ring() }
        }
        for _ in 0..<2000 { house.bell.bell.sleep(until: .after(.nanoseconds(1))) { false } }
        isOver.value.store(true, ordering: .relaxed)
        ringer.join()
        let deadline = Instant.after(.milliseconds(5))
        house.bell.bell.sleep(until: deadline) { false }
        #expect(Instant.now >= deadline)
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    @Test("A doorbell rung at the last moment leaves nothing behind for the next sleep")
    func lateRing() {
        let local = LocalDoorbell()
        let bell = local.bell
        bell.beginSleep()
        bell.ring()
        bell.endSleep(wasRung: false)
        bell.beginSleep()
        #expect(!bell.waitForRing(until: .now))
    }

    @Test("A doorbell wakes nobody while its rings are suppressed, and its sleeper after that")
    func suppressed() {
        let local = LocalDoorbell()
        let bell = local.bell
        #expect(!bell.suppressRings(), "nobody sleeps")
        bell.beginSleep()
        #expect(bell.suppressRings())
        #expect(!bell.suppressRings(), "they are suppressed already")
        bell.ring()
        #expect(!bell.waitForRing(until: .now))
        bell.restoreRings()
        bell.ring()
        #expect(!bell.suppressRings(), "it has rung")
        #expect(bell.waitForRing(until: .late))
        bell.endSleep(wasRung: true)
        #expect(!bell.suppressRings(), "the sleeper is awake")
    }

    @Test("A doorbell takes the steps of a back-off, and looks for its condition before it sleeps")
    func idle() {
        let local = LocalDoorbell()
        var backoff = Backoff(.sleepingAfterTwoPolls)
        var looks = 0
        for _ in 0..<2 {
            local.bell.idle(&backoff) {
                looks += 1
                return false
            }
        }
        #expect(looks == 0)
        let deadline = Instant.after(.milliseconds(2))
        local.bell.idle(&backoff) {
            looks += 1
            return false
        }
        #expect(looks == 1)
        #expect(Instant.now >= deadline)
    }

    @Test("A doorbell has the back-off begin anew after a ring, and only then")
    func anew() {
        let local = LocalDoorbell()
        var backoff = Backoff(.sleepingAfterTwoPolls)
        for _ in 0..<3 { local.bell.idle(&backoff) }
        // The deadline has ended a sleep, and the next step is a longer one.
        #expect(backoff.idle() == .sleep(nanoseconds: 4_500_000))
        local.bell.idle(&backoff) {
            local.bell.ring()
            return false
        }
        #expect((0..<3).map { _ in backoff.idle() } == [.spin, .yield, .sleep(nanoseconds: 3_000_000)])
    }

    @Test("A doorbell lets its sleeper go while the rings are suppressed, and stays awake when they are restored")
    func suppressedAtDeadline() {
        let local = LocalDoorbell()
        let bell = local.bell
        bell.beginSleep()
        #expect(bell.suppressRings())
        #expect(!bell.waitForRing(until: .now))
        #expect(!bell.endSleep(wasRung: false), "nobody has rung")
        bell.restoreRings()
        bell.ring()
        bell.beginSleep()
        #expect(!bell.waitForRing(until: .now), "a ring for a sleeper who was awake")
    }
}

extension Backoff.Limits {
    /// One spin, one yield, and then sleeps of 3 ms and more.
    fileprivate static var sleepingAfterTwoPolls: Backoff.Limits {
        var limits = Backoff.Limits()
        (limits.spins, limits.yields, limits.shortestSleep, limits.longestSleep) = (1, 1, 3_000_000, 10_000_000)
        return limits
    }
}
