import Testing
import Waiting
import Wire

@testable import Transport

/// The agreement of a worker and its master on the end of a call that has a limit.
@Suite("The deadline of a call")
struct CallDeadlineTests {
    private final class Memory {
        let base = UnsafeMutableRawPointer.allocate(byteCount: CallDeadline.size, alignment: 8)
        init() { base.initializeMemory(as: UInt8.self, repeating: 0, count: CallDeadline.size) }
        deinit { base.deallocate() }
    }

    private let memory = Memory()
    private var deadline: CallDeadline { CallDeadline(memory.base, keeping: memory) }

    @Test("The deadline of a call is there only while the call runs")
    func running() throws {
        #expect(deadline.due == nil)
        let before = Instant.now
        deadline.begin(CallLimit(time: 1_000_000_000))
        let due = try #require(deadline.due)
        #expect(due >= before.advanced(byNanoseconds: 1_000_000_000))
        #expect(deadline.end())
        #expect(deadline.due == nil)
    }

    @Test("The deadline of a call ends the worker, whose call cannot end any more")
    func condemned() throws {
        deadline.begin(CallLimit(time: 1, grace: 2))
        let due = try #require(deadline.due)
        let limit = try #require(deadline.condemn(due))
        #expect(limit == (1, 2))
        #expect(deadline.due == nil)
        #expect(!deadline.end())
    }

    @Test("The deadline of a call does no harm to a call after the one that was too late")
    func later() throws {
        deadline.begin(CallLimit(time: 1))
        let due = try #require(deadline.due)
        #expect(deadline.end())
        #expect(deadline.condemn(due) == nil)
        deadline.begin(CallLimit(time: 1_000_000_000))
        #expect(deadline.condemn(due) == nil)
        #expect(deadline.end())
    }
}

/// When the watcher of runners looks for calls that have taken too long.
@Suite("The timer of calls")
struct CallTimerTests {
    private final class Counter: Sendable {
        let count = Locked(0)
    }

    private let wakeUps = Counter()
    private let timer: CallTimer

    init() { timer = CallTimer { [wakeUps] in wakeUps.count.withLock { $0 += 1 } } }

    private let now = Instant(nanoseconds: 5_000_000_000)
    private func after(_ nanoseconds: UInt64) -> Instant { now.advanced(byNanoseconds: nanoseconds) }

    @Test("The timer of calls lets the watcher sleep without limits")
    func none() { #expect(timer.nextLook(after: now) == nil) }

    @Test("The timer of calls looks at intervals of the shortest limit, so that no call is late")
    func shortest() {
        timer.expect(300_000_000)
        timer.expect(200_000_000)
        timer.expect(400_000_000)
        timer.begin()
        #expect(timer.nextLook(after: now) == after(200_000_000))
    }

    @Test("The timer of calls looks once a millisecond at most")
    func least() {
        timer.expect(1)
        timer.begin()
        #expect(timer.nextLook(after: now) == after(1_000_000))
    }

    @Test("The timer of calls wakes a watcher that sleeps, and no other")
    func waking() {
        timer.expect(200_000_000)
        #expect(wakeUps.count.withLock { $0 } == 1)
        timer.begin()
        #expect(wakeUps.count.withLock { $0 } == 2)
        _ = timer.nextLook(after: now)
        timer.end()
        timer.begin()
        #expect(wakeUps.count.withLock { $0 } == 2)
    }

    @Test("The timer of calls lets the watcher sleep when no worker has had a call for two looks")
    func quiet() {
        timer.expect(200_000_000)
        timer.begin()
        _ = timer.nextLook(after: now)
        timer.end()
        #expect(timer.nextLook(after: now) == after(200_000_000))
        #expect(timer.nextLook(after: now) == nil)
        timer.begin()
        #expect(timer.nextLook(after: now) == after(200_000_000))
    }
}
