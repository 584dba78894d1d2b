import Glibc
import MPIFutures

extension Behaviour {
    static let retries = [
        Behaviour(.retries, "a call that throws is made again, as often as its policy says") { context in
            try context.with(options: ExecutorOptions(retries: RetryPolicy(thrown: 2))) { executor in
                for failures in 0...2 {
                    let journal = context.scratch.journal("\(failures)")
                    let call = FailAtFirst(journal: journal, number: 7, failures: failures, by: .throwing)
                    try expectEqual(try executor.submit(call).result(), 7)
                    try expectEqual(journal.lines.count, failures + 1)
                }
                let journal = context.scratch.journal("too often")
                let call = FailAtFirst(journal: journal, number: 7, failures: 3, by: .throwing)
                try expectThrow(BadLuck.self) { try executor.submit(call).result() }
                try expectEqual(journal.lines.count, 3)
            }
        },
        Behaviour(.retries, "no call that throws is made again by default") { context in
            try context.with { executor in
                let journal = context.scratch.journal()
                let call = FailAtFirst(journal: journal, number: 7, failures: 1, by: .throwing)
                try expectThrow(BadLuck.self) { try executor.submit(call).result() }
                try expectEqual(journal.lines.count, 1)
            }
        },
        Behaviour(.retries, "calls of a map that are made again keep their places, and no others are made again") {
            context in
            try context.with { executor in
                let options = CallOptions(retries: RetryPolicy(thrown: 1))
                let results = try executor.map(
                    { number in
                        FailAtFirst(
                            journal: context.scratch.journal("\(number)"),
                            number: number,
                            failures: number % 3 == 0 ? 1 : 0,
                            by: .throwing
                        )
                    },
                    0..<30,
                    options: options
                )
                for number in 0..<30 { try expectEqual(try results.next(), number) }
                for number in 0..<30 {
                    let tries = context.scratch.journal("\(number)").lines.count
                    try expectEqual(tries, number % 3 == 0 ? 2 : 1, "tries of \(number)")
                }
            }
        },
        Behaviour(.retries, "a call is made again after a wait, with the arrays that it was given") { context in
            try context.with { executor in
                let policy = RetryPolicy(thrown: 3, delay: .milliseconds(5), growth: 2)
                let numbers = (0..<100_000).map { Double($0) }
                let call = SumAtLast(journal: context.scratch.journal(), numbers: numbers, failures: 3)
                let started = ContinuousClock.now
                let future = try executor.submit(call, options: CallOptions(retries: policy))
                try expectEqual(try future.result(), numbers.reduce(0, +))
                let time = ContinuousClock.now - started
                try expect(time >= .milliseconds(35), "\(time) is shorter than the waits")
            }
        },
        Behaviour(.retries, "policies out of their range are refused") { context in
            try context.with { executor in
                for policy in [RetryPolicy(crashed: -1), RetryPolicy(delay: .seconds(-1)), RetryPolicy(growth: 0.5)] {
                    try expectError(.invalidArgument) {
                        try executor.submit(Square(3), options: CallOptions(retries: policy))
                    }
                }
            }
        },
        Behaviour(.retries, "a call that ends its process is made again by its class alone", needs: .isolation) {
            context in
            let policy = RetryPolicy(workerLost: 1, crashed: 2, exited: 1, timedOut: 1)
            let options = ExecutorOptions(isolation: .on, retries: policy)
            try context.with(options: options) { executor in
                let ends: [(FailAtFirst.Way, Int)] = [
                    (.throwing, 0), (.killing, 1), (.crashing, 2), (.exiting, 1), (.looping, 1),
                ]
                for (way, tries) in ends {
                    for failures in [tries, tries + 1] {
                        let journal = context.scratch.journal("\(way) \(failures)")
                        let call = FailAtFirst(journal: journal, number: 7, failures: failures, by: way)
                        let squares = try (0..<20).map { try executor.submit(Square($0)) }
                        // A crash takes longer than the limit, with a backtrace.
                        let limit: Duration? = way == .looping ? .milliseconds(200) : nil
                        let future = try executor.submit(call, options: CallOptions(timeLimit: limit))
                        try expectEqual(try? future.result(), failures > tries ? nil : 7, "\(way) \(failures)")
                        try expectEqual(journal.lines.count, tries + 1, "tries of \(way) \(failures)")
                        try expectEqual(try squares.map { try $0.result() }, (0..<20).map { $0 * $0 })
                    }
                }
                let failed = executor.statistics.failed
                try expectEqual(
                    [failed.thrown, failed.workerLost, failed.crashed, failed.exited, failed.timedOut, failed.notMade],
                    [1, 1, 1, 1, 1, 0]
                )
                try expectEqual(executor.statistics.retried, 10)
            }
        },
        Behaviour(.statistics, "the statistics count each call once, by what has become of it") { context in
            try context.with { executor in
                try executor.bootup()
                // Workers that executors share count for all of them.
                let before = executor.statistics.workers
                let squares = try (0..<50).map { try executor.submit(Square($0)) }
                let risky = try executor.map({ Risky(number: $0) }, 0..<20)
                for square in squares { _ = try square.result() }
                for _ in 0..<20 { _ = try? risky.next() }
                try eventually("all calls are counted") { executor.statistics.running == 0 }
                let statistics = executor.statistics
                try expectEqual(statistics.submitted, 70)
                try expectEqual(statistics.finished, 66)
                try expectEqual(statistics.failed.thrown, 4)
                try expectEqual(statistics.failed.total, 4)
                try expectEqual([statistics.queued, statistics.cancelled, statistics.retried], [0, 0, 0])
                try expectEqual(statistics.workers.alive, executor.workerCount)
                try expectEqual(statistics.workers.lost, before.lost)
                try expectEqual(statistics.workers.restarted, before.restarted)
            }
        },
        Behaviour(.statistics, "the statistics count calls that wait, run and are cancelled") { context in
            try context.blocked { executor, gate in
                let busy = executor.workerCount
                let waiting = try (0..<10).map { try executor.submit(Square($0)) }
                for future in waiting.prefix(4) { try expect(future.cancel(), "it is pending") }
                try expectEqual(executor.statistics.running, busy)
                try expectEqual(executor.statistics.submitted, busy + 10)
                gate.open()
                for future in waiting.dropFirst(4) { _ = try future.result() }
                try eventually("all calls are counted") { executor.statistics.queued == 0 }
                try eventually("all calls are counted") { executor.statistics.running == 0 }
                try expectEqual(executor.statistics.cancelled, 4)
                try expectEqual(executor.statistics.finished, busy + 6)
            }
        },
        Behaviour(.statistics, "the statistics count workers that are lost and replaced", needs: .isolation) {
            context in
            let options = ExecutorOptions(isolation: .on, retries: RetryPolicy.none)
            try context.with(workers: 2, options: options) { executor in
                try executor.bootup()
                let before = executor.statistics.workers
                for number in 1...3 {
                    let journal = context.scratch.journal("\(number)")
                    let call = FailAtFirst(journal: journal, number: 7, failures: 1, by: .killing)
                    try expectThrow(RemoteError.self) { try executor.submit(call).result() }
                }
                let count = executor.workerCount
                try eventually("the workers serve again") { executor.statistics.workers.alive == count }
                try expectEqual(executor.statistics.workers.lost, before.lost + 3)
                try expectEqual(executor.statistics.workers.restarted, before.restarted + 3)
                try expectEqual(executor.statistics.failed.workerLost, 3)
            }
        },
    ]
}

/// Fails the first times, and notes each try.
struct FailAtFirst: RemoteCallable {
    enum Way: String, Codable { case throwing, killing, crashing, exiting, looping }

    var journal: Journal
    var number: Int
    var failures: Int
    var by: Way

    func callAsFunction() throws -> Int {
        journal.note("\(number)")
        guard journal.lines.count <= failures else { return number }
        switch by {
        case .throwing: throw BadLuck(number: number, text: "at first")
        case .killing: kill(getpid(), SIGKILL)
        case .crashing: abort()
        case .exiting: exit(3)
        case .looping: while true {}
        }
        return number
    }
}

/// Throws the first times, then adds its numbers.
private struct SumAtLast: RemoteCallable {
    var journal: Journal
    var numbers: [Double]
    var failures: Int

    func callAsFunction() throws -> Double {
        journal.note("try")
        if journal.lines.count <= failures { throw BadLuck(number: 0, text: "at first") }
        return numbers.reduce(0, +)
    }
}
