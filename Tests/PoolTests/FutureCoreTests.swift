import Identities
import Linux
import Pool
import Support
import Synchronization
import Testing
import Waiting

@Suite("A future's core", .hangGuarded)
struct FutureCoreTests {
    private struct Problem: Error {}

    @Test("A future's core goes from pending to running to finished")
    func finishes() {
        let future = FutureCore()
        #expect(future.phase == .pending)
        #expect(future.outcome == nil)
        #expect(future.start())
        #expect(future.phase == .running)
        #expect(future.complete(.value(5)))
        #expect(future.phase == .finished)
        guard case .value(let value as Int)? = future.outcome else {
            Issue.record("another outcome than was given: \(String(describing: future.outcome))")
            return
        }
        #expect(value == 5)
    }

    @Test("A future's core can be cancelled while it is pending, and says so again when asked again")
    func cancels() {
        let future = FutureCore()
        #expect(future.cancel())
        #expect(future.cancel())
        #expect(future.phase == .cancelled)
        #expect(!future.start())
    }

    @Test("A future's core cannot be cancelled when it runs or has finished")
    func noCancel() {
        let future = FutureCore()
        #expect(future.start())
        #expect(!future.cancel())
        future.complete(.value(1))
        #expect(!future.cancel())
        #expect(future.phase == .finished)
    }

    @Test("A future's core starts once")
    func startsOnce() {
        let future = FutureCore()
        #expect(future.start())
        #expect(!future.start())
    }

    @Test("A future's core that has ended refuses a second end, and keeps the first")
    func endsOnce() {
        let finished = FutureCore()
        #expect(finished.complete(.value("first")))
        #expect(!finished.complete(.failure(Problem())))
        #expect(!finished.cancel())
        guard case .value("first" as String)? = finished.outcome else {
            Issue.record("the outcome has changed: \(String(describing: finished.outcome))")
            return
        }
        let cancelled = FutureCore()
        #expect(cancelled.cancel())
        #expect(!cancelled.complete(.value(1)))
        guard case .cancelled? = cancelled.outcome else {
            Issue.record("the outcome has changed: \(String(describing: cancelled.outcome))")
            return
        }
    }

    @Test("A future's core tells its observers of the end, in the order in which they came")
    func observers() {
        let future = FutureCore()
        let box = Hearing()
        for number in 0..<100 { #expect(future.observe(.init { box.note(number) })) }
        #expect(box.all.isEmpty)
        future.complete(.value(1))
        #expect(box.all == Array(0..<100))
        #expect(!future.observe(.init { box.note(100) }))
        #expect(box.all.count == 100)
    }

    @Test("A future's core does not tell an observer that was taken back")
    func removal() {
        let future = FutureCore()
        let box = Hearing()
        let tokens = (0..<3).map { _ in Parker() }
        for (number, token) in tokens.enumerated() { _ = future.observe(.init(token: token) { box.note(number) }) }
        #expect(future.removeObserver(token: tokens[1]))
        #expect(!future.removeObserver(token: tokens[1]))
        _ = future.cancel()
        #expect(box.all == [0, 2])
        #expect(!future.removeObserver(token: tokens[0]))
    }

    @Test("A future's core lets a waiter go at its deadline, and is none the worse for it")
    func timeout() {
        let future = FutureCore()
        #expect(future.wait(until: Instant(nanoseconds: 0)) == nil)
        #expect(future.wait(until: .after(.milliseconds(1))) == nil)
        #expect(future.phase == .pending)
        future.complete(.value(1))
        #expect(future.wait(until: Instant(nanoseconds: 0)) != nil)
    }

    @Test("A future's core lets every one of many waiters go, with one outcome")
    func manyWaiters() throws {
        let future = FutureCore()
        let woken = Hearing()
        let threads = try (0..<16).map { number in
            try Linux.Thread(name: "waiter") {
                if case .value(let value as Int)? = future.wait(until: .after(hangTime)), value == 7 {
                    woken.note(number)
                }
            }
        }
        future.complete(.value(7))
        for thread in threads { thread.join() }
        #expect(woken.all.sorted() == Array(0..<16))
    }

    @Test("A future's core ends once, however many threads start, cancel, end and observe it")
    func contention() throws {
        var random = SeededGenerator()
        for _ in 0..<300 {
            let future = FutureCore()
            let tally = Tally()
            let actions = (0..<8).map { _ in Int.random(in: 0..<4, using: &random) } + [1, 2]
            let threads = try actions.map { action in
                try Linux.Thread(name: "racer") {
                    switch action {
                    case 0: if future.start() { tally.starts.add(1, ordering: .relaxed) }
                    case 1: if future.cancel() { tally.cancels.add(1, ordering: .relaxed) }
                    case 2: if future.complete(.value(1)) { tally.ends.add(1, ordering: .relaxed) }
                    default:
                        let isKept = future.observe(.init { tally.heard.add(1, ordering: .relaxed) })
                        if isKept { tally.observed.add(1, ordering: .relaxed) }
                    }
                }
            }
            for thread in threads { thread.join() }
            let ends = tally.ends.load(ordering: .relaxed)
            let cancels = tally.cancels.load(ordering: .relaxed)
            #expect(future.phase.isDone, "seed \(random.seed)")
            #expect(ends + (cancels > 0 ? 1 : 0) == 1, "seed \(random.seed)")
            #expect(future.phase == (ends == 1 ? .finished : .cancelled), "seed \(random.seed)")
            #expect(tally.starts.load(ordering: .relaxed) <= 1, "seed \(random.seed)")
            let (heard, observed) = (tally.heard.load(ordering: .relaxed), tally.observed.load(ordering: .relaxed))
            #expect(heard == observed, "seed \(random.seed)")
        }
    }

    private final class Tally: Sendable {
        let starts = Atomic(0)
        let cancels = Atomic(0)
        let ends = Atomic(0)
        let observed = Atomic(0)
        let heard = Atomic(0)
    }
}

/// What observers have noted, in order.
final class Hearing: Sendable {
    private let notes = Locked<[Int]>([])

    func note(_ number: Int) { notes.withLock { $0.append(number) } }

    var all: [Int] { notes.withLock { $0 } }
}
