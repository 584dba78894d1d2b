import Support
import Testing
import Transport

@Suite("The bookkeeping of silence on links")
struct SilenceLedgerTests {
    private static let heartbeat = Heartbeat(period: .seconds(1), patience: .seconds(4))
    private static let second: UInt64 = 1_000_000_000

    @Test("A patience is rounded up to whole periods, two at least")
    func patience() {
        #expect(Heartbeat(period: .seconds(1), patience: .milliseconds(3001)).patience == 4)
        #expect(Heartbeat(period: .seconds(1), patience: .milliseconds(1)).patience == 2)
        #expect(Heartbeat(period: .zero, patience: .seconds(1)).period == 1)
        #expect(Self.heartbeat.seconds == 4)
    }

    @Test("A worker waits longer for its master than the master for the worker")
    func workersPatience() { #expect(Self.heartbeat.ofWorker.patience >= 2 * Self.heartbeat.patience + 2) }

    @Test("A peer is lost when it was silent for the patience and two periods at most, and only once")
    func silence() {
        var ledger = SilenceLedger(Self.heartbeat, now: 0)
        ledger.noteHeard(3)
        for second in 1...5 { #expect(ledger.endPeriod(now: UInt64(second) * Self.second) == []) }
        #expect(ledger.endPeriod(now: 6 * Self.second) == [3])
        for second in 7...20 { #expect(ledger.endPeriod(now: UInt64(second) * Self.second) == []) }
    }

    @Test("No period ends before its time")
    func early() {
        var ledger = SilenceLedger(Self.heartbeat, now: 0)
        #expect(ledger.endPeriod(now: Self.second - 1) == nil)
        #expect(ledger.endPeriod(now: Self.second) == [])
        #expect(ledger.endPeriod(now: Self.second) == nil)
    }

    @Test("A process that was stopped for long blames nobody for the time in which it did not listen")
    func stoppedListener() {
        var ledger = SilenceLedger(Self.heartbeat, now: 0)
        ledger.noteHeard(0)
        var now: UInt64 = 0
        // It wakes up five times, each time an hour late.
        for _ in 0..<5 {
            now += 3600 * Self.second
            #expect(ledger.endPeriod(now: now) == [])
            #expect(ledger.endPeriod(now: now) == nil)
        }
    }

    @Test("Peers of one host, whose last beats lie less than a period apart, are lost together")
    func together() {
        var ledger = SilenceLedger(Self.heartbeat, now: 0)
        for peer in 0..<3 { ledger.noteHeard(peer) }
        #expect(ledger.endPeriod(now: Self.second) == [])
        // Two of them are heard once more.
        ledger.noteHeard(1)
        ledger.noteHeard(2)
        for second in 2...5 { #expect(ledger.endPeriod(now: UInt64(second) * Self.second) == []) }
        #expect(ledger.endPeriod(now: 6 * Self.second) == [0, 1, 2])
    }

    @Test("A peer that is forgotten is not lost")
    func forgotten() {
        var ledger = SilenceLedger(Self.heartbeat, now: 0)
        ledger.noteHeard(0)
        ledger.noteHeard(1)
        ledger.forget(0)
        var lost: [Int] = []
        for second in 1...10 { lost += ledger.endPeriod(now: UInt64(second) * Self.second) ?? [] }
        #expect(lost == [1])
    }

    @Test(
        "Peers that are heard in each period are never lost, and silent ones always are, however late the listener is"
    )
    func atRandom() {
        var random = SeededGenerator()
        for _ in 0..<300 {
            let heartbeat = Heartbeat(period: Self.second, patience: Int.random(in: 2...8, using: &random))
            var ledger = SilenceLedger(heartbeat, now: 0)
            let count = Int.random(in: 1...6, using: &random)
            // The first period in which each peer is silent.
            let ends = (0..<count).map { _ in Int.random(in: 2...40, using: &random) }
            for peer in 0..<count { ledger.noteHeard(peer) }
            var (now, lostAt): (UInt64, [Int: Int]) = (0, [:])
            for period in 1...60 {
                for peer in 0..<count where period < ends[peer] { ledger.noteHeard(peer) }
                now += UInt64.random(in: Self.second...100 * Self.second, using: &random)
                for peer in ledger.endPeriod(now: now) ?? [] {
                    #expect(lostAt.updateValue(period, forKey: peer) == nil, "peer \(peer) is lost twice")
                }
            }
            for peer in 0..<count {
                let silent = lostAt[peer].map { $0 - ends[peer] + 1 }
                #expect(silent == heartbeat.patience || silent == heartbeat.patience + 1, "peer \(peer) of \(ends)")
            }
        }
    }
}
