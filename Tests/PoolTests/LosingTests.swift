import Identities
import Scheduling
import Support
import Testing
import Transport
import Waiting
import Wire

@testable import Pool

@Suite("A pool that loses workers while others go on", .inTurn, .hangGuarded)
struct LosingTests {
    private static func rules(_ tries: Int) -> RetryRules {
        var rules = RetryRules()
        rules.limits[.workerLost] = tries
        return rules
    }

    private func submit(_ pool: ScriptedPool, _ numbers: Range<UInt8>, tries: Int) throws -> [FutureCore] {
        let definition = CallableDefinition(name: "test", encoding: .trivial)
        let callable = pool.pool.callables.id(of: definition, Self.rules(tries))
        return try numbers.map { number in
            let future = FutureCore()
            try withUnsafeBytes(of: number) {
                try pool.queue.append(callable: callable, arguments: $0, future: future)
            }
            return future
        }
    }

    private func status(_ future: FutureCore, _ pool: ScriptedPool) throws -> ResultStatus? {
        guard case .payload(let payload) = try pool.ended(future) else { return nil }
        return try payload.read().status
    }

    /// Plays the part of the workers that are left at the end.
    private func leave(_ pool: ScriptedPool, _ left: [WorkerID]) throws {
        pool.queue.close(cancelQueued: true)
        pool.pool.stop()
        var staying = left
        while !staying.isEmpty {
            let (worker, frame) = try pool.transport.nextSent()
            guard case .goodbye = frame else { continue }
            #expect(staying.contains(worker), "worker \(worker) must get no goodbye")
            staying.removeAll { $0 == worker }
            pool.transport.arrive(WorkerFrame.goodbyeFrame(), from: worker)
        }
        _ = try pool.ended(pool.pool.stopped)
    }

    @Test("A call of a lost worker is made again by another one, if the rules say so")
    func madeAgain() throws {
        let pool = try ScriptedPool(workers: 2)
        let future = try submit(pool, 5..<6, tries: 1)[0]
        let (worker, _) = try pool.transport.nextTasks()
        pool.transport.lose([worker])
        let (other, again) = try pool.transport.nextTasks()
        #expect(other != worker && pool.transport.givenUp == [worker])
        #expect(try ScriptedPool.numbers(of: again) == [5])
        pool.transport.arrive(ScriptedPool.reply(to: again), from: other)
        #expect(try status(future, pool) == .trivialValue)
        try leave(pool, [other])
        // A future ends before its call is counted.
        #expect(pool.queue.counts.retried == 1 && pool.queue.counts.failures.total == 0)
    }

    @Test("A call of a lost worker that must not be made again fails as lost")
    func notRepeated() throws {
        let pool = try ScriptedPool(workers: 2)
        let future = try submit(pool, 0..<1, tries: 0)[0]
        let (worker, _) = try pool.transport.nextTasks()
        pool.transport.lose([worker], .connectionEnded)
        #expect(try status(future, pool) == .workerLost)
        try leave(pool, [worker == 0 ? 1 : 0])
        #expect(pool.queue.counts.failures[.workerLost] == 1)
    }

    @Test("With its last worker a pool is lost, and says which host was silent for how long")
    func lastWorker() throws {
        let pool = try ScriptedPool(workers: 2)
        let futures = try submit(pool, 0..<2, tries: 3)
        for _ in 0..<2 { _ = try pool.transport.nextTasks() }
        pool.transport.lose([0, 1])
        for future in futures {
            let cause = try pool.cause(future)
            #expect(cause?.contains("host here is silent for 60 s: its 2 workers are given up") == true)
        }
    }

    @Test("Each call of a frame that a lost worker has answered in part ends once")
    func partOfFrame() throws {
        let pool = try ScriptedPool(workers: 2)
        try pool.serve(submit(pool, 0..<1, tries: 0))
        let held = try (pool.submit(numbered: 0..<1, callable: "held"), pool.transport.nextTasks())
        let alsoHeld = try (pool.submit(numbered: 0..<1, callable: "held"), pool.transport.nextTasks())
        let futures = try submit(pool, 0..<40, tries: 0)
        try pool.settle()
        pool.transport.arrive(ScriptedPool.reply(to: held.1.tasks), from: held.1.worker)
        let (worker, tasks) = try pool.transport.nextTasks()
        #expect(tasks.count == 10)
        pool.transport.arrive(ScriptedPool.reply(to: tasks, 0..<4), from: worker)
        _ = try pool.ended(futures[3])
        pool.transport.lose([worker])
        for number in 0..<4 { #expect(try status(futures[number], pool) == .trivialValue) }
        for number in 4..<10 { #expect(try status(futures[number], pool) == .workerLost) }
        pool.transport.arrive(ScriptedPool.reply(to: alsoHeld.1.tasks), from: alsoHeld.1.worker)
        _ = try pool.ended(alsoHeld.0[0])
        pool.queue.close(cancelQueued: true)
    }

    @Test("The others are let go as usual, and the lost one is not waited for")
    func end() throws {
        let pool = try ScriptedPool(workers: 3)
        _ = try pool.ended(pool.pool.ready)
        pool.transport.lose([1])
        pool.transport.lose([1])
        try leave(pool, [0, 2])
        #expect(pool.pool.tally.counts.lost == 1 && pool.pool.tally.counts.alive == 0)
    }

    @Test("A worker that is lost after its goodbye was sent is not waited for, and is no failure")
    func lostInTheEnd() throws {
        let pool = try ScriptedPool(workers: 1)
        _ = try pool.ended(pool.pool.ready)
        pool.queue.close(cancelQueued: false)
        pool.pool.stop()
        guard case .goodbye = try pool.transport.nextSent().frame else {
            Issue.record("a frame that is no goodbye")
            return
        }
        pool.transport.lose([0], .connectionEnded)
        guard case .value = try pool.ended(pool.pool.stopped) else {
            Issue.record("the pool has failed")
            return
        }
    }

    @Test("An initializer is not waited for on a lost worker")
    func initializer() throws {
        let definition = CallableDefinition(name: "begin", encoding: .trivial)
        let pool = try ScriptedPool(workers: 2, report: false)
        let callable = pool.pool.callables.id(of: definition)
        var setup = ExecutorSetup()
        setup.initializer = (callable: callable, arguments: [])
        let queue = pool.pool.open(setup)
        pool.transport.report()
        for _ in 0..<2 { _ = try pool.transport.nextSent() }
        pool.transport.arrive(WorkerFrame.openedFrame(executor: queue.executor, failure: nil), from: 0)
        pool.transport.lose([1])
        guard case .value = try pool.ended(queue.booted) else {
            Issue.record("the executor is broken")
            return
        }
        queue.close(cancelQueued: true)
        try leave(pool, [0])
    }

    @Test("A worker that is lost before all have reported breaks the pool, which names its host's silence")
    func lostAtStart() throws {
        let pool = try ScriptedPool(workers: 2, report: false)
        let future = try pool.submit()[0]
        pool.transport.lose([1])
        #expect(try pool.cause(future)?.contains("silent for 60 s") == true)
    }

    @Test("Every call ends once, right or as lost, whatever workers are lost when")
    func atRandom() throws {
        var random = SeededGenerator()
        for _ in 0..<30 {
            let workers = Int.random(in: 2...6, using: &random)
            let pool = try ScriptedPool(workers: workers)
            let count = UInt8(Int.random(in: 1...120, using: &random))
            let futures = try submit(pool, 0..<count, tries: 0) + submit(pool, 0..<count, tries: workers)
            var left = (0..<workers).map { WorkerID($0) }
            var losses: Set<WorkerID> = []
            while futures.contains(where: { $0.outcome == nil }) {
                guard let (worker, tasks) = try pool.transport.tasksIfAny() else { continue }
                // What was sent to a worker before its loss stays without an answer.
                if losses.contains(worker) { continue }
                if left.count > 1, Int.random(in: 0..<8, using: &random) == 0 {
                    left.removeAll { $0 == worker }
                    losses.insert(worker)
                    pool.transport.lose([worker])
                } else {
                    pool.transport.arrive(try Self.squares(tasks), from: worker)
                }
            }
            var lost = 0
            for (index, future) in futures.enumerated() {
                guard case .payload(let payload)? = future.outcome else {
                    Issue.record("call \(index) ended with \(String(describing: future.outcome))")
                    return
                }
                let number = UInt8(index % Int(count))
                switch try payload.read().status {
                case .trivialValue: #expect(try Array(payload.read().bytes) == [number &* number])
                case .workerLost where index < Int(count): lost += 1
                case let status: Issue.record("call \(index) ended as \(status)")
                }
            }
            try leave(pool, left)
            let counts = pool.queue.counts
            #expect(counts.failures[.workerLost] == lost && counts.finished == futures.count - lost)
        }
    }

    /// A frame's answer: the squares of the numbers.
    private static func squares(_ tasks: TaskFrame) throws -> FrameBuffer {
        let numbers = try ScriptedPool.numbers(of: tasks)
        return Replies.make(numbers.map { [$0 &* $0] }, sequence: tasks.sequence).frame
    }
}
