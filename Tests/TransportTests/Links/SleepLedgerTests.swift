import Support
import Testing
import Transport

@Suite("What the ends of a link know of each other's sleep")
struct SleepLedgerTests {
    @Test("A frame for a peer that has announced its sleep takes one ring")
    func ring() {
        var ledger = SleepLedger()
        #expect(ledger.noteSent() == false, "the peer is awake")
        #expect(ledger.notePeerAsleep(received: 1) == false)
        #expect(ledger.noteSent() == true)
        #expect(ledger.noteSent() == false, "the first ring is enough")
    }

    @Test("A peer that falls asleep before it has received all frames is rung at once")
    func crossing() {
        var ledger = SleepLedger()
        _ = ledger.noteSent()
        #expect(ledger.notePeerAsleep(received: 0) == true)
        #expect(ledger.noteSent() == false, "it was rung, so it is awake")
        #expect(ledger.notePeerAsleep(received: 2) == false)
    }

    @Test("A sleep is announced once, and again after a frame or a ring")
    func announcements() {
        var ledger = SleepLedger()
        #expect(ledger.announce() == .asleep(received: 0))
        #expect(ledger.announce() == nil)
        ledger.noteReceived()
        #expect(ledger.announce() == .asleep(received: 1))
        ledger.noteRing()
        #expect(ledger.announce() == .asleep(received: 1))
    }

    /// Two ends, the frames and the messages between them, and what has not arrived yet.
    private struct Pair {
        var ledgers = [SleepLedger(), SleepLedger()]
        var isAsleep = [false, false]
        var frames = [0, 0]
        /// The messages on their way to each end, in order.
        var messages: [[LinkMessage]] = [[], []]

        mutating func send(from end: Int) {
            frames[1 - end] += 1
            if ledgers[end].noteSent() { messages[1 - end].append(.ring) }
        }

        /// Looks for a frame, as only an end that is awake does.
        mutating func receive(at end: Int) {
            guard !isAsleep[end], frames[end] > 0 else { return }
            frames[end] -= 1
            ledgers[end].noteReceived()
        }

        mutating func fallAsleep(_ end: Int) {
            guard !isAsleep[end] else { return }
            isAsleep[end] = true
            if let message = ledgers[end].announce() { messages[1 - end].append(message) }
        }

        mutating func deliver(to end: Int) {
            guard !messages[end].isEmpty else { return }
            switch messages[end].removeFirst() {
            case .ring:
                ledgers[end].noteRing()
                isAsleep[end] = false
            case .asleep(let received):
                if ledgers[end].notePeerAsleep(received: received) { messages[1 - end].append(.ring) }
            case .beat, .farewell: Issue.record("the bookkeeping of sleeps sends no such message")
            }
        }
    }

    @Test("No end sleeps on while a frame waits for it, however frames, messages and sleeps are mixed")
    func noLostRing() {
        var random = SeededGenerator()
        for _ in 0..<2000 {
            var pair = Pair()
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                let end = Int.random(in: 0...1, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: pair.send(from: end)
                case 1: pair.receive(at: end)
                case 2: pair.fallAsleep(end)
                default: pair.deliver(to: end)
                }
            }
            while !pair.messages[0].isEmpty || !pair.messages[1].isEmpty {
                for end in 0...1 { pair.deliver(to: end) }
            }
            for end in 0...1 where pair.isAsleep[end] {
                #expect(pair.frames[end] == 0, "end \(end) sleeps; seed \(random.seed)")
            }
        }
    }
}
