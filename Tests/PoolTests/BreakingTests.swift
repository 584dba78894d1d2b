import Identities
import Support
import Testing
import Waiting
import Wire

@testable import Pool

@Suite("A pool that breaks", .inTurn, .hangGuarded)
struct BreakingTests {
    /// What a worker may do that it must not.
    enum Misdeed: String, CaseIterable {
        case empty, unknownKind, truncated, wrongSequence, wrongFirst, tooManyResults, unknownStatus, beyondTheEnd
        case secondReport, earlyGoodbye, unaskedReport

        func frame(answering tasks: TaskFrame) -> FrameBuffer {
            let (frame, offsets) = Replies.make([[1, 2, 3]], sequence: tasks.sequence)
            switch self {
            case .empty: return FrameBuffer(capacity: 0)
            case .unknownKind: frame.store(UInt8(77), at: 0)
            case .truncated: frame.truncate(to: frame.count - 1)
            case .wrongSequence: frame.store(tasks.sequence.number &+ 1000, at: 4)
            case .wrongFirst: frame.store(UInt32(1), at: 8)
            case .tooManyResults: return Replies.make([[1], [2], [3]], sequence: tasks.sequence).frame
            case .unknownStatus: frame.store(UInt8(99), at: Int(offsets[0]))
            case .beyondTheEnd: frame.store(UInt8(100), at: Int(offsets[0]) + 1)
            case .secondReport: return WorkerFrame.readyFrame(Replies.identity(0))
            case .earlyGoodbye: return WorkerFrame.goodbyeFrame()
            case .unaskedReport: return WorkerFrame.openedFrame(executor: tasks.executor, failure: nil)
            }
            return frame
        }
    }

    /// All futures have ended with `broken`, and so will all that come.
    private func expectBroken(_ scripted: ScriptedPool, _ futures: [FutureCore], _ text: String) throws {
        for future in futures { #expect(try scripted.cause(future)?.contains(text) == true) }
        #expect(throws: PoolFailure.self) { try scripted.submit() }
        _ = try scripted.ended(scripted.pool.ready)
        _ = try scripted.ended(scripted.queue.booted)
        let late = scripted.pool.open(ExecutorSetup())
        #expect(try scripted.cause(late.booted) != nil)
        // It can still be let go, whatever its workers do.
        late.close(cancelQueued: false)
        scripted.queue.close(cancelQueued: false)
        scripted.pool.stop()
        _ = try scripted.ended(scripted.queue.finished)
        _ = try scripted.ended(scripted.pool.stopped)
    }

    @Test("A pool whose worker breaks the protocol ends every future", arguments: Misdeed.allCases)
    func misdeeds(misdeed: Misdeed) throws {
        let scripted = try ScriptedPool()
        let futures = try scripted.submit(5)
        let (_, tasks) = try scripted.transport.nextTasks()
        scripted.transport.arrive(misdeed.frame(answering: tasks))
        try expectBroken(scripted, futures, "")
    }

    @Test("A pool that gets a piece of an answer beyond its frame ends every future that has no result")
    func overshoot() throws {
        let scripted = try ScriptedPool()
        try scripted.serve(scripted.submit())
        let held = try scripted.hold()
        let futures = try scripted.submit(numbered: 0..<8)
        try scripted.settle()
        scripted.transport.arrive(ScriptedPool.reply(to: held.tasks))
        let (_, tasks) = try scripted.transport.nextTasks()
        try #require(tasks.count == 4)
        scripted.transport.arrive(ScriptedPool.reply(to: tasks, 0..<2))
        for future in futures.prefix(2) {
            guard case .payload = try scripted.ended(future) else {
                Issue.record("no result: \(String(describing: future.outcome))")
                return
            }
        }
        let values = [UInt8](2...4).map { [$0] }
        scripted.transport.arrive(Replies.make(values, sequence: tasks.sequence, first: 2).frame)
        try expectBroken(scripted, Array(futures.dropFirst(2)), "")
    }

    @Test("A pool whose worker answers before it has reported ends every future")
    func answerBeforeReport() throws {
        let scripted = try ScriptedPool(report: false)
        let futures = try scripted.submit(5)
        scripted.transport.arrive(Replies.make([[1]]).frame)
        try expectBroken(scripted, futures, "")
    }

    @Test("A pool whose transport cannot send gives the reason in every future")
    func sending() throws {
        let scripted = try ScriptedPool(report: false)
        scripted.transport.failSending("the cable is cut")
        let futures = try scripted.submit(5)
        scripted.transport.report()
        try expectBroken(scripted, futures, "the cable is cut")
    }

    @Test("A pool whose transport cannot receive gives the reason in every future")
    func receiving() throws {
        let scripted = try ScriptedPool()
        let futures = try scripted.submit(5)
        _ = try scripted.transport.nextTasks()
        scripted.transport.failPolling("the ear is deaf")
        try expectBroken(scripted, futures, "the ear is deaf")
    }

    @Test("A pool that breaks ends the elements of maps too, each with the cause")
    func maps() throws {
        let scripted = try ScriptedPool()
        let map = MapCore(isOrdered: true)
        let records = FrameBuffer(capacity: 0)
        for _ in 0..<10 { records.append(callable: 0, arguments: UnsafeRawBufferPointer(start: nil, count: 0)) }
        let first = map.extend(by: 10)
        try scripted.queue.append(records: records, count: 10, of: map, first: first, chunkSize: nil)
        map.finishProducing()
        _ = try scripted.transport.nextTasks()
        scripted.transport.failPolling("the sea is rough")
        _ = try scripted.ended(scripted.queue.finished)
        try expectBroken(scripted, [], "")
        guard case .outcomes(let outcomes) = map.take(from: 0, limit: 20, wake: nil) else {
            Issue.record("the elements have not ended")
            return
        }
        #expect(outcomes.count == 10)
        for outcome in outcomes {
            let cause = try #require(brokenCause(outcome) as? ScriptedTransport.Failure, "\(outcome)")
            #expect(cause.description == "the sea is rough")
        }
    }

    @Test("A pool that breaks by a reply with changed bytes ends every future all the same")
    func corruption() throws {
        var random = SeededGenerator()
        for _ in 0..<300 {
            let scripted = try ScriptedPool()
            let futures = try scripted.submit(3)
            let (_, tasks) = try scripted.transport.nextTasks()
            let damaged = ScriptedPool.reply(to: tasks)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged.store(
                    UInt8.random(in: 0 ... .max, using: &random),
                    at: Int.random(in: 0..<damaged.count, using: &random)
                )
            }
            scripted.transport.arrive(damaged)
            scripted.transport.arrive(ScriptedPool.reply(to: tasks))
            scripted.transport.failPolling("that is enough")
            for future in futures {
                #expect(future.wait(until: .after(hangTime)) != nil, "seed \(random.seed)")
            }
            scripted.queue.close(cancelQueued: false)
            scripted.pool.stop()
            #expect(scripted.pool.stopped.wait(until: .after(hangTime)) != nil, "seed \(random.seed)")
        }
    }
}
