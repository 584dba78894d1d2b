import Glibc
import Identities
import Linux
import Scheduling
import Support
import Testing
import Waiting
import Wire

@testable import Pool

@Suite("Calls that are made again", .inTurn, .hangGuarded)
struct RetryingTests {
    private static func rules(_ limits: [FailureClass: Int], delay: UInt64 = 0) -> RetryRules {
        var rules = RetryRules()
        for (failure, count) in limits { rules.limits[failure] = count }
        rules.delay = delay
        return rules
    }

    /// Submits tasks that have a number each as their argument.
    private func submit(_ pool: ScriptedPool, _ numbers: Range<UInt8>, _ rules: RetryRules) throws -> [FutureCore] {
        let callable = pool.pool.callables.id(of: CallableDefinition(name: "test", encoding: .trivial), rules)
        return try numbers.map { number in
            let future = FutureCore()
            try withUnsafeBytes(of: number) {
                try pool.queue.append(callable: callable, arguments: $0, future: future)
            }
            return future
        }
    }

    /// Answers a frame: each task with its number and a status.
    private func answer(_ pool: ScriptedPool, _ status: (UInt8) -> ResultStatus) throws -> [UInt8] {
        let (worker, tasks) = try pool.transport.nextTasks()
        let numbers = try ScriptedPool.numbers(of: tasks)
        let buffer = ResultFrame.begin(sequence: tasks.sequence, first: 0, capacity: 0)
        for number in numbers {
            buffer.append(byte: status(number).rawValue)
            withUnsafeBytes(of: number) { buffer.append(block: $0) }
        }
        ResultFrame.finish(buffer, count: numbers.count, nanoseconds: 1000)
        pool.transport.arrive(buffer, from: worker)
        return numbers
    }

    private func status(of future: FutureCore, in pool: ScriptedPool) throws -> ResultStatus? {
        guard case .payload(let payload) = try pool.ended(future) else { return nil }
        return try payload.read().status
    }

    /// Makes calls known to be short, so that several travel together.
    private func warmUp(_ pool: ScriptedPool, _ rules: RetryRules) throws {
        let futures = try submit(pool, 0..<1, rules)
        _ = try answer(pool) { _ in .trivialValue }
        _ = try pool.ended(futures[0])
    }

    @Test("Calls that are made again travel alone and first, and the results beside them are kept")
    func neighbours() throws {
        let pool = try ScriptedPool()
        let rules = Self.rules([.thrown: 1])
        try warmUp(pool, rules)
        let held = try pool.hold()
        let futures = try submit(pool, 0..<40, rules)
        try pool.settle()
        pool.transport.arrive(ScriptedPool.reply(to: held.tasks))
        let first = try answer(pool) { $0 == 3 || $0 == 7 ? .thrown : .trivialValue }
        #expect(first == Array(0..<20))
        for number in [0, 4, 19] { #expect(try status(of: futures[number], in: pool) == .trivialValue) }
        var rest: [[UInt8]] = []
        while rest.joined().count < 22 { rest.append(try answer(pool) { _ in .trivialValue }) }
        // One frame more may have been on its way.
        let again = try #require(rest.firstIndex(of: [3]))
        #expect(again <= 1 && rest[again + 1] == [7])
        for future in futures { #expect(try status(of: future, in: pool) == .trivialValue) }
        // A future ends before its call is counted.
        try pool.leave()
        let counts = pool.queue.counts
        #expect(counts.retried == 2 && counts.failures.total == 0 && counts.finished == 42)
    }

    @Test("Calls that are made again fail with their last failure when their tries are used up")
    func usedUp() throws {
        let pool = try ScriptedPool()
        let future = try submit(pool, 5..<6, Self.rules([.thrown: 2, .crashed: 1]))[0]
        var failures: [ResultStatus] = [.thrown, .crashed, .thrown, .crashed]
        while !failures.isEmpty {
            #expect(future.phase != .finished)
            let next = failures.removeFirst()
            #expect(try answer(pool) { _ in next } == [5])
        }
        #expect(try status(of: future, in: pool) == .crashed)
        try pool.leave()
        let counts = pool.queue.counts
        #expect(counts.failures[.crashed] == 1 && counts.failures.total == 1 && counts.retried == 3)
        #expect(counts.submitted == 1 && counts.finished == 0 && counts.running == 0)
    }

    @Test("Calls that are made again keep their place in a map")
    func map() throws {
        let pool = try ScriptedPool()
        let rules = Self.rules([.thrown: 1])
        try warmUp(pool, rules)
        let callable = pool.pool.callables.id(of: CallableDefinition(name: "test", encoding: .trivial), rules)
        let map = MapCore(isOrdered: true)
        let records = FrameBuffer(capacity: 0)
        for number in UInt8(0)..<10 {
            withUnsafeBytes(of: number) { records.append(callable: callable, arguments: $0) }
        }
        try pool.queue.append(records: records, count: 10, of: map, first: map.extend(by: 10), chunkSize: nil)
        map.finishProducing()
        var failed: Set<UInt8> = []
        var answered = 0
        while answered < 20 {
            answered += try answer(pool) { failed.insert($0).inserted ? .thrown : .trivialValue }.count
        }
        try pool.settle()
        try pool.leave()
        guard case .outcomes(let outcomes) = map.take(from: 0, limit: 50, wake: nil) else {
            Issue.record("no results")
            return
        }
        let values = try outcomes.map { outcome -> [UInt8] in
            guard case .payload(let payload) = outcome else { return [] }
            return Array(try payload.read().bytes)
        }
        #expect(values == (0..<10).map { [$0] })
    }

    @Test("Calls that are made again are not, once nobody waits for them")
    func unwanted() throws {
        let pool = try ScriptedPool()
        let future = FutureCore(canEnd: true)
        let rules = Self.rules([.crashed: 9])
        let callable = pool.pool.callables.id(of: CallableDefinition(name: "test", encoding: .trivial), rules)
        try pool.queue.append(
            callable: callable,
            arguments: UnsafeRawBufferPointer(start: nil, count: 0),
            future: future
        )
        let (worker, tasks) = try pool.transport.nextTasks()
        #expect(future.cancel(running: true).isCancelled)
        let buffer = ResultFrame.begin(sequence: tasks.sequence, first: 0, capacity: 0)
        buffer.append(byte: ResultStatus.crashed.rawValue)
        buffer.append(block: UnsafeRawBufferPointer(start: nil, count: 0))
        ResultFrame.finish(buffer, count: 1, nanoseconds: 1000)
        pool.transport.arrive(buffer, from: worker)
        // The executor has nothing left to do, so its end comes.
        try pool.leave()
        #expect(pool.queue.counts.retried == 0 && pool.queue.counts.cancelled == 1)
    }

    @Test("Calls that are made again later wait, and the executor does not end before")
    func delay() throws {
        let pool = try ScriptedPool()
        let wait: UInt64 = 50_000_000
        let future = try submit(pool, 1..<2, Self.rules([.thrown: 1], delay: wait))[0]
        let before = Instant.now
        _ = try answer(pool) { _ in .thrown }
        pool.queue.close(cancelQueued: true)
        #expect(try answer(pool) { _ in .trivialValue } == [1])
        #expect(Instant.now.nanoseconds(since: before) >= wait)
        #expect(try status(of: future, in: pool) == .trivialValue)
        try pool.leave()
    }

    @Test("Calls that wait for another try fail with a pool that is lost")
    func lost() throws {
        let pool = try ScriptedPool()
        let future = try submit(pool, 1..<2, Self.rules([.thrown: 1], delay: 60_000_000_000))[0]
        _ = try answer(pool) { _ in .thrown }
        while pool.queue.counts.retried == 0 { usleep(100) }
        pool.transport.failPolling("the workers are gone")
        #expect(try pool.cause(future) == "the workers are gone")
        #expect(pool.queue.counts.failures[.notMade] == 1)
    }

    @Test("Calls that are made again find the values that they share, and the last one lets them go")
    func sharing() throws {
        let pool = try ScriptedPool()
        let rules = Self.rules([.thrown: 1], delay: 20_000_000)
        let value = pool.share([7])
        let future = try submit(pool, 1..<2, rules)[0]
        pool.pool.unshare(value, after: pool.queue)
        guard case .share = try pool.transport.nextSent().frame else {
            Issue.record("the value was not sent")
            return
        }
        _ = try answer(pool) { _ in .thrown }
        // Another task ends while the first one waits. The value must not be let go.
        let other = try submit(pool, 2..<3, RetryRules())[0]
        #expect(try answer(pool) { _ in .trivialValue } == [2])
        _ = try pool.ended(other)
        #expect(try answer(pool) { _ in .trivialValue } == [1])
        _ = try pool.ended(future)
        guard case .unshare(value) = try pool.transport.nextSent().frame else {
            Issue.record("the value is kept for ever, or was let go too early")
            return
        }
        try pool.leave()
    }

    @Test("Calls with all kinds of failures are made as often as their rules say, in any order of events")
    func random() throws {
        var random = SeededGenerator()
        let pool = try ScriptedPool(workers: 3)
        let rules = Self.rules([.thrown: 2, .crashed: 1, .workerLost: 3])
        let count = 120
        let futures = try submit(pool, 0..<UInt8(count), rules)
        var tries = [Int](repeating: 0, count: count)
        var failures = [FailureCounts](repeating: FailureCounts(), count: count)
        var last = [ResultStatus](repeating: .trivialValue, count: count)
        var isOver = [Bool](repeating: false, count: count)
        let kinds: [(ResultStatus, FailureClass)] = [
            (.thrown, .thrown), (.crashed, .crashed), (.workerLost, .workerLost), (.exited, .exited),
        ]
        while isOver.contains(false) {
            _ = try answer(pool) { number in
                let number = Int(number)
                #expect(!isOver[number], "\(number) is made too often, seed \(random.seed)")
                tries[number] += 1
                guard Bool.random(using: &random), let (status, kind) = kinds.randomElement(using: &random) else {
                    isOver[number] = true
                    last[number] = .trivialValue
                    return .trivialValue
                }
                failures[number][kind] += 1
                last[number] = status
                isOver[number] = failures[number][kind] > rules.limits[kind]
                return status
            }
        }
        for (number, future) in futures.enumerated() {
            #expect(try status(of: future, in: pool) == last[number], "\(number), seed \(random.seed)")
        }
        try pool.leave()
        let counts = pool.queue.counts
        #expect(counts.retried == tries.reduce(0, +) - count, "seed \(random.seed)")
        #expect(counts.failures.total == last.count { $0 != .trivialValue }, "seed \(random.seed)")
        #expect(counts.submitted == count && counts.running == 0 && counts.queued == 0, "seed \(random.seed)")
    }
}
