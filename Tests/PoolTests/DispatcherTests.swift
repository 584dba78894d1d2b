import Identities
import Support
import Testing
import Transport
import Waiting
import Wire

@testable import Pool

@Suite("A dispatcher", .inTurn, .hangGuarded)
struct DispatcherTests {
    private let withInitializer: ExecutorSetup = {
        var setup = ExecutorSetup()
        setup.initializer = (callable: 0, arguments: [1, 2])
        return setup
    }()

    @Test("A dispatcher sends what is submitted and ends futures with what comes back")
    func roundTrip() throws {
        let scripted = try ScriptedPool()
        let future = try scripted.submit()[0]
        let (worker, tasks) = try scripted.transport.nextTasks()
        #expect(worker == 0)
        #expect(tasks.count == 1)
        #expect(tasks.definitions.map(\.name) == ["test"])
        #expect(future.phase == .running)
        scripted.transport.arrive(ScriptedPool.reply(to: tasks))
        guard case .payload(let payload) = try scripted.ended(future) else {
            Issue.record("no payload: \(String(describing: future.outcome))")
            return
        }
        #expect(try Array(payload.read().bytes) == [0])
        try scripted.leave()
    }

    @Test("A dispatcher sends nothing to a worker that has not reported")
    func waitsForReports() throws {
        let scripted = try ScriptedPool(workers: 2, report: false)
        let futures = try scripted.submit(4)
        scripted.transport.arrive(WorkerFrame.readyFrame(Replies.identity(1)), from: 1)
        let (worker, tasks) = try scripted.transport.nextTasks()
        #expect(worker == 1)
        #expect(scripted.pool.ready.phase == .pending)
        #expect(scripted.queue.booted.phase == .pending)
        scripted.transport.arrive(WorkerFrame.readyFrame(Replies.identity(0)), from: 0)
        _ = try scripted.ended(scripted.pool.ready)
        _ = try scripted.ended(scripted.queue.booted)
        scripted.transport.arrive(ScriptedPool.reply(to: tasks), from: worker)
        try scripted.serve(futures, answered: 1)
        try scripted.leave()
    }

    @Test("A dispatcher tells each worker of each callable once")
    func definitions() throws {
        let scripted = try ScriptedPool()
        for round in 0..<3 {
            let future = try scripted.submit()[0]
            let (worker, tasks) = try scripted.transport.nextTasks()
            #expect(tasks.definitions.count == (round == 0 ? 1 : 0))
            scripted.transport.arrive(ScriptedPool.reply(to: tasks), from: worker)
            _ = try scripted.ended(future)
        }
        try scripted.leave()
    }

    @Test("A dispatcher takes the results of a frame in pieces")
    func pieces() throws {
        let scripted = try ScriptedPool()
        // One call tells the scheduler that they are short; then several travel together.
        try scripted.serve(scripted.submit())
        let futures = try scripted.submit(40)
        var left = futures.count
        while left > 0 {
            let (_, tasks) = try scripted.transport.nextTasks()
            for task in 0..<tasks.count { scripted.transport.arrive(ScriptedPool.reply(to: tasks, task..<task + 1)) }
            left -= tasks.count
        }
        for future in futures { _ = try scripted.ended(future) }
        try scripted.leave()
    }

    @Test("A dispatcher runs the initializer on every worker before any task")
    func initializer() throws {
        let scripted = try ScriptedPool(workers: 3, setup: withInitializer)
        let future = try scripted.submit()[0]
        var executor: ExecutorID = 0
        for _ in 0..<3 {
            let (_, frame) = try scripted.transport.nextSent()
            guard case .open(let open) = frame else {
                Issue.record("a task before the initializer: \(frame)")
                return
            }
            #expect(open.initializer != nil)
            executor = open.executor
        }
        for worker in 0..<3 {
            #expect(scripted.queue.booted.phase == .pending)
            scripted.transport.arrive(WorkerFrame.openedFrame(executor: executor, failure: nil), from: WorkerID(worker))
        }
        _ = try scripted.ended(scripted.queue.booted)
        try scripted.serve([future])
        try scripted.leave()
    }

    @Test("A dispatcher breaks the executor, and no other, whose initializer fails")
    func failingInitializer() throws {
        let scripted = try ScriptedPool(setup: withInitializer)
        let future = try scripted.submit()[0]
        guard case .open(let open) = try scripted.transport.nextSent().frame else {
            Issue.record("no opening of the executor")
            return
        }
        let (_, tasks) = try scripted.transport.nextTasks()
        scripted.transport.arrive(WorkerFrame.openedFrame(executor: open.executor, failure: Array("it rains".utf8)))
        #expect(try scripted.cause(future) == "it rains")
        #expect(try scripted.cause(scripted.queue.booted) == "it rains")
        #expect(throws: PoolFailure.self) { try scripted.submit() }
        // The answer comes all the same, and finds nobody.
        scripted.transport.arrive(ScriptedPool.reply(to: tasks))
        #expect(try scripted.cause(future) == "it rains")
        _ = try scripted.ended(scripted.queue.finished)

        let other = scripted.pool.open(ExecutorSetup())
        _ = try scripted.ended(other.booted)
        other.close(cancelQueued: false)
        try scripted.leave()
    }

    @Test("A dispatcher lets the workers go when all executors have finished, not before")
    func stop() throws {
        let scripted = try ScriptedPool(workers: 2)
        let futures = try scripted.submit(6)
        scripted.pool.stop()
        scripted.queue.close(cancelQueued: false)
        try scripted.serve(futures)
        try scripted.leave()
        #expect(scripted.pool.stopped.phase == .finished)
    }

    @Test("A dispatcher that is abandoned ends all futures at once, and waits only for the workers' goodbyes")
    func abandon() throws {
        let scripted = try ScriptedPool()
        let futures = try scripted.submit(10)
        let (_, tasks) = try scripted.transport.nextTasks()
        scripted.pool.abandon()
        for future in futures { _ = try scripted.ended(future) }
        #expect(futures.contains { $0.phase == .cancelled })
        #expect(throws: PoolFailure.self) { try scripted.submit() }
        #expect(scripted.pool.stopped.phase == .pending)
        scripted.transport.arrive(ScriptedPool.reply(to: tasks))
        try scripted.leave()
    }

    @Test("A dispatcher sends a shared value before the tasks that use it, and its end after them")
    func sharing() throws {
        let scripted = try ScriptedPool()
        let value = scripted.share([1, 2, 3])
        let future = try scripted.submit()[0]
        guard case .share(let share) = try scripted.transport.nextSent().frame else {
            Issue.record("not the value first")
            return
        }
        #expect(share.value == value)
        #expect(share.bytes.map { Array($0) } == [1, 2, 3])
        let (_, tasks) = try scripted.transport.nextTasks()
        scripted.pool.unshare(value, after: scripted.queue)
        // The next task is sent before the first is answered: the value has to outlive the first only.
        let second = try scripted.submit()[0]
        scripted.transport.arrive(ScriptedPool.reply(to: tasks))
        _ = try scripted.ended(future)
        var isForgotten = false
        while !second.phase.isDone {
            switch try scripted.transport.nextSent().frame {
            case .unshare(let number):
                #expect(number == value)
                isForgotten = true
            case .tasks(let tasks):
                scripted.transport.arrive(ScriptedPool.reply(to: tasks))
                if !isForgotten, case .unshare = try scripted.transport.nextSent().frame { isForgotten = true }
                _ = try scripted.ended(second)
            default: break
            }
        }
        #expect(isForgotten)
        try scripted.leave()
    }

    @Test("A dispatcher keeps a shared value for tasks that are still queued when nobody else wants it")
    func sharingForQueuedTasks() throws {
        let scripted = try ScriptedPool(report: false)
        let value = scripted.share([1])
        let future = try scripted.submit()[0]
        scripted.pool.unshare(value, after: scripted.queue)
        scripted.transport.report()
        guard case .share = try scripted.transport.nextSent().frame else {
            Issue.record("the value has been forgotten")
            return
        }
        let (_, tasks) = try scripted.transport.nextTasks()
        scripted.transport.arrive(ScriptedPool.reply(to: tasks))
        _ = try scripted.ended(future)
        guard case .unshare(value) = try scripted.transport.nextSent().frame else {
            Issue.record("the value is kept for ever")
            return
        }
        try scripted.leave()
    }

    @Test("A dispatcher opens no executor any more when the workers have been let go")
    func openAfterStop() throws {
        let scripted = try ScriptedPool()
        try scripted.leave()
        let transport = ScriptedTransport(workerCount: 1)
        let pool = try Pool(transport: transport, describeFailure: { _ in "" })
        transport.report()
        pool.stop()
        _ = try transport.nextSent()
        let late = pool.open(ExecutorSetup())
        #expect(try scripted.cause(late.booted) != nil)
        transport.arrive(WorkerFrame.goodbyeFrame())
        _ = try scripted.ended(pool.stopped)
    }
}
