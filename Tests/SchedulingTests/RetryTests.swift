import Scheduling
import Support
import Testing

@Suite("Further tries")
struct RetryTests {
    private func rules(_ limits: [FailureClass: Int], delay: UInt64 = 0, growth: Double = 2) -> RetryRules {
        var rules = RetryRules()
        for (failure, count) in limits { rules.limits[failure] = count }
        rules.delay = delay
        rules.growth = growth
        return rules
    }

    @Test("By the standard a call is made again three times if its worker is lost, and never if it fails otherwise")
    func standard() {
        var failures = FailureCounts()
        for number in 1...4 {
            failures[.workerLost] = number
            let expected: RetryRules.Decision = number <= 3 ? .tryAgain(after: 0) : .giveUp
            #expect(RetryRules.standard.decide(.workerLost, failures) == expected)
        }
        for failure in FailureClass.allCases where failure != .workerLost {
            var failures = FailureCounts()
            failures[failure] = 1
            #expect(RetryRules.standard.decide(failure, failures) == .giveUp)
        }
    }

    @Test("Each class of failures has a limit of its own, whatever else a call has failed by")
    func classes() {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let limits = Dictionary(
                uniqueKeysWithValues: FailureClass.retried.map { ($0, Int.random(in: 0...4, using: &random)) }
            )
            let rules = rules(limits)
            var failures = FailureCounts()
            var left = limits
            while true {
                guard let failure = FailureClass.retried.randomElement(using: &random) else { break }
                failures[failure] += 1
                left[failure, default: 0] -= 1
                let mayTry = left[failure, default: 0] >= 0
                #expect((rules.decide(failure, failures) != .giveUp) == mayTry, "seed \(random.seed)")
                if !mayTry { break }
            }
            #expect(failures.total <= limits.values.reduce(0, +) + 1, "seed \(random.seed)")
        }
    }

    @Test("Each wait is longer than the one before by the growth, up to the longest one")
    func waits() {
        var rules = rules([.thrown: 100], delay: 1000, growth: 3)
        rules.longestDelay = 30_000
        var failures = FailureCounts()
        for expected in [1000, 3000, 9000, 27_000, 30_000, 30_000] as [UInt64] {
            failures[.thrown] += 1
            #expect(rules.decide(.thrown, failures) == .tryAgain(after: expected))
        }
        // A wait that has grown beyond all numbers is the longest one, too.
        rules.growth = 1e300
        #expect(rules.decide(.thrown, failures) == .tryAgain(after: 30_000))
    }

    @Test("Calls that were never made are not made again, whatever the rules say")
    func notMade() {
        var failures = FailureCounts()
        failures[.notMade] = 1
        #expect(rules([.notMade: 5]).decide(.notMade, failures) == .giveUp)
    }

    @Test("Tasks that wait leave in the order of their times, and those of one time in the order in which they came")
    func queue() {
        var random = SeededGenerator()
        var queue = RetryQueue<Int>()
        var model: [(due: UInt64, task: Int)] = []
        var now: UInt64 = 0
        for task in 0..<3000 {
            switch Int.random(in: 0..<10, using: &random) {
            case ..<6:
                let due = now + .random(in: 0..<50, using: &random)
                queue.add(task, due: due)
                model.append((due, task))
            case 6:
                let divisor = Int.random(in: 2...9, using: &random)
                let taken = queue.takeAll { $0.isMultiple(of: divisor) }
                let meant = model.sorted { ($0.due, $0.task) < ($1.due, $1.task) }.map(\.task)
                #expect(taken == meant.filter { $0.isMultiple(of: divisor) }, "seed \(random.seed)")
                model.removeAll { $0.task.isMultiple(of: divisor) }
            default:
                now += .random(in: 0..<30, using: &random)
                model.sort { ($0.due, $0.task) < ($1.due, $1.task) }
                #expect(queue.nextDue == model.first?.due, "seed \(random.seed)")
                while let first = model.first, first.due <= now {
                    #expect(queue.takeDue(at: now) == first.task, "seed \(random.seed)")
                    model.removeFirst()
                }
                #expect(queue.takeDue(at: now) == nil, "seed \(random.seed)")
            }
            #expect(queue.count == model.count && queue.isEmpty == model.isEmpty, "seed \(random.seed)")
        }
    }
}
