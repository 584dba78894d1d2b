import Scheduling
import Support
import Testing
import Wire

@testable import Pool

@Suite("An executor that is drained", .inTurn, .hangGuarded)
struct DrainingTests {
    /// Whether a future has failed because its call did not begin.
    private func isRefused(_ future: FutureCore, in pool: ScriptedPool) throws -> Bool {
        guard case .failure(PoolFailure.drained) = try pool.ended(future) else { return false }
        return true
    }

    @Test("An executor that is drained begins no task, answers those that were sent, and can be shut down")
    func queued() throws {
        let pool = try ScriptedPool()
        let held = try pool.hold()
        let queued = try pool.submit(numbered: 0..<5)
        pool.queue.drain()
        pool.queue.drain()
        for future in queued { #expect(try isRefused(future, in: pool)) }
        #expect(throws: PoolFailure.self) { _ = try pool.submit() }
        #expect(pool.queue.counts.running == 1 && pool.queue.counts.failures[.notMade] == 5)
        pool.transport.arrive(ScriptedPool.reply(to: held.tasks))
        // A call still counts as running for a moment after its future has ended.
        _ = try pool.ended(held.future)
        try pool.settle()
        #expect(pool.queue.counts.running == 0 && pool.queue.counts.finished == 1)
        #expect(pool.queue.finished.outcome == nil)
        pool.queue.close(cancelQueued: false)
        _ = try pool.ended(pool.queue.finished)
        try pool.leave()
    }

    @Test("An executor that is drained makes no further try, due or not", arguments: [0, 3_600_000_000_000 as UInt64])
    func furtherTries(wait: UInt64) throws {
        let pool = try ScriptedPool()
        var rules = RetryRules()
        rules.limits[.thrown] = 3
        rules.delay = wait
        let callable = pool.pool.callables.id(of: CallableDefinition(name: "test", encoding: .trivial), rules)
        let future = FutureCore()
        try withUnsafeBytes(of: UInt8(1)) {
            try pool.queue.append(callable: callable, arguments: $0, future: future)
        }
        let tasks = try pool.transport.nextTasks().tasks
        if wait == 0 { pool.queue.drain() }
        let buffer = ResultFrame.begin(sequence: tasks.sequence, first: 0, capacity: 0)
        buffer.append(byte: ResultStatus.thrown.rawValue)
        withUnsafeBytes(of: UInt8(1)) { buffer.append(block: $0) }
        ResultFrame.finish(buffer, count: 1, nanoseconds: 1000)
        pool.transport.arrive(buffer)
        if wait > 0 {
            while pool.queue.counts.retried == 0 { try pool.settle() }
            pool.queue.drain()
        }
        #expect(try isRefused(future, in: pool))
        pool.queue.close(cancelQueued: false)
        _ = try pool.ended(pool.queue.finished)
        try pool.leave()
    }

    @Test("An executor that is opened in a pool that is drained begins no task either")
    func laterExecutors() throws {
        let pool = try ScriptedPool()
        pool.pool.drain()
        let later = pool.pool.open(ExecutorSetup())
        #expect(throws: PoolFailure.self) { try later.checkOpen() }
        later.close(cancelQueued: false)
        pool.queue.close(cancelQueued: false)
        _ = try pool.ended(later.finished)
        try pool.leave()
    }
}
