import Identities
import Support
import Testing
import Waiting
import Wire

@testable import Pool

@Suite("A pool with new workers in place of lost ones", .inTurn, .hangGuarded)
struct RestartingTests {
    /// Answers tasks, each with its number, until so many have been answered; returns the numbers in their order.
    private func answer(_ scripted: ScriptedPool, _ count: Int) throws -> [UInt8] {
        var numbers: [UInt8] = []
        while numbers.count < count {
            let (worker, tasks) = try scripted.transport.nextTasks()
            let more = try ScriptedPool.numbers(of: tasks)
            let reply = Replies.make(more.map { [$0] }, sequence: tasks.sequence).frame
            scripted.transport.arrive(reply, from: worker)
            numbers += more
        }
        return numbers
    }

    @Test("A pool with new workers in place of lost ones repeats the unanswered calls in order, and no others")
    func futures() throws {
        let scripted = try ScriptedPool(restarts: 1)
        // They are known to be short, so several travel together.
        try scripted.serve(scripted.submit())
        let held = try scripted.hold()
        let futures = try scripted.submit(numbered: 0..<40)
        try scripted.settle()
        scripted.transport.arrive(ScriptedPool.reply(to: held.tasks))
        let (_, first) = try scripted.transport.nextTasks()
        let (_, second) = try scripted.transport.nextTasks()
        #expect(try ScriptedPool.numbers(of: first) == Array(0..<20))
        #expect(try ScriptedPool.numbers(of: second) == Array(20..<30))
        scripted.transport.arrive(ScriptedPool.reply(to: first, 0..<3))
        _ = try scripted.ended(futures[2])
        try scripted.transport.loseWorkers("the house is on fire")
        #expect(futures[3].phase == .running && futures[39].phase == .pending)
        scripted.transport.report()
        #expect(try answer(scripted, 37) == Array(3..<40))
        for (number, future) in futures.enumerated() {
            guard case .payload(let payload) = try scripted.ended(future) else {
                Issue.record("no result: \(String(describing: future.outcome))")
                return
            }
            #expect(try Array(payload.read().bytes) == [UInt8(number)])
        }
        #expect(scripted.transport.causes == ["the house is on fire"])
        try scripted.leave()
    }

    @Test("A pool with new workers in place of lost ones fills each element of a map with its own result")
    func elements() throws {
        let scripted = try ScriptedPool(restarts: 1)
        try scripted.serve(scripted.submit())
        let map = MapCore(isOrdered: true)
        let records = FrameBuffer(capacity: 0)
        for number in UInt8(0)..<40 { withUnsafeBytes(of: number) { records.append(callable: 0, arguments: $0) } }
        try scripted.queue.append(records: records, count: 40, of: map, first: map.extend(by: 40), chunkSize: nil)
        map.finishProducing()
        let (_, tasks) = try scripted.transport.nextTasks()
        #expect(tasks.count == 20)
        let woken = Parker()
        guard case .nothingYet = map.take(from: 0, limit: 1, wake: { woken.unpark() }) else {
            Issue.record("a result before any answer")
            return
        }
        scripted.transport.arrive(ScriptedPool.reply(to: tasks, 0..<3))
        #expect(woken.park(until: .after(hangTime)))
        try scripted.transport.loseWorkers("flood")
        scripted.transport.report()
        #expect(try answer(scripted, 37) == Array(3..<40))
        try scripted.leave()
        guard case .outcomes(let outcomes) = map.take(from: 0, limit: 50, wake: nil) else {
            Issue.record("no results")
            return
        }
        let values = try outcomes.map { outcome -> [UInt8] in
            guard case .payload(let payload) = outcome else { return [] }
            return Array(try payload.read().bytes)
        }
        #expect(values == (0..<40).map { [$0] })
    }

    @Test("A pool with new workers in place of lost ones is ready when the new workers have run the initializer")
    func initializer() throws {
        var setup = ExecutorSetup()
        setup.initializer = (callable: 0, arguments: [])
        let scripted = try ScriptedPool(restarts: 1, setup: setup)
        guard case .open = try scripted.transport.nextSent().frame else {
            Issue.record("no initializer")
            return
        }
        try scripted.transport.loseWorkers("fog")
        let future = try scripted.submit()[0]
        scripted.transport.report()
        guard case .open(let open) = try scripted.transport.nextSent().frame, open.initializer != nil else {
            Issue.record("no initializer for the new worker")
            return
        }
        let (_, tasks) = try scripted.transport.nextTasks()
        #expect(scripted.queue.booted.phase == .pending)
        scripted.transport.arrive(WorkerFrame.openedFrame(executor: open.executor, failure: nil))
        guard case .value = try scripted.ended(scripted.queue.booted) else {
            Issue.record("not ready")
            return
        }
        scripted.transport.arrive(ScriptedPool.reply(to: tasks))
        _ = try scripted.ended(future)
        try scripted.leave()
    }

    @Test("A pool gives new workers the shared values that returned tasks need, and no longer")
    func sharing() throws {
        let scripted = try ScriptedPool(workers: 2, restarts: 1)
        let value = scripted.share([7])
        let futures = try scripted.submit(numbered: 0..<2)
        scripted.pool.unshare(value, after: scripted.queue)
        // Events are looked at in their order.
        let other = scripted.pool.open(ExecutorSetup())
        _ = try scripted.ended(other.booted)
        try scripted.transport.loseWorkers("frost")
        scripted.transport.report()
        var frames: [(worker: WorkerID, tasks: TaskFrame)] = []
        var haveValue: Set<WorkerID> = []
        while frames.count < 2 {
            let (worker, frame) = try scripted.transport.nextSent()
            switch frame {
            case .share(let share):
                #expect(share.value == value)
                haveValue.insert(worker)
            case .tasks(let tasks):
                #expect(haveValue.contains(worker))
                frames.append((worker, tasks))
            default: Issue.record("something else was sent: \(frame)")
            }
        }
        // The first one, which was sent before the second, may need the value still.
        let (first, second) = (frames[0], frames[1])
        scripted.transport.arrive(ScriptedPool.reply(to: first.tasks), from: first.worker)
        let number = try Int(ScriptedPool.numbers(of: first.tasks)[0])
        _ = try scripted.ended(futures[number])
        let mark = scripted.share([8])
        for _ in 0..<2 {
            guard case .share(let share) = try scripted.transport.nextSent().frame, share.value == mark else {
                Issue.record("the value is forgotten before the last task that needs it")
                return
            }
        }
        scripted.transport.arrive(ScriptedPool.reply(to: second.tasks), from: second.worker)
        for _ in 0..<2 {
            guard case .unshare(value) = try scripted.transport.nextSent().frame else {
                Issue.record("the value is kept for ever")
                return
            }
        }
        other.close(cancelQueued: false)
        try scripted.leave()
    }

    @Test("A pool with new workers in place of lost ones breaks when it has had as many as it may")
    func lastRestart() throws {
        let scripted = try ScriptedPool(restarts: 1)
        let future = try scripted.submit()[0]
        _ = try scripted.transport.nextTasks()
        try scripted.transport.loseWorkers("first")
        scripted.transport.report()
        _ = try scripted.transport.nextTasks()
        scripted.transport.failPolling("second")
        #expect(try scripted.cause(future) == "second")
        #expect(scripted.transport.causes == ["first"])
    }

    @Test("A pool with new workers in place of lost ones ignores the frames of the lost ones")
    func earlyFrame() throws {
        let dispatcher = Dispatcher(
            transport: ScriptedTransport(workerCount: 1, restarts: 1),
            inbox: Inbox(),
            callables: CallableTable(),
            ready: FutureCore(),
            describeFailure: { _ in "" }
        )
        let queue = TaskQueue(executor: 9) { _ in }
        dispatcher.executors[9] = Dispatcher.Executor(queue: queue, setup: ExecutorSetup(), awaited: 0)
        dispatcher.idling.earlyFrame = (0, Replies.make([[1]], sequence: 77).frame)
        dispatcher.lose(Cause("they fell asleep"))
        #expect(!dispatcher.work())
        #expect(dispatcher.failure == nil)
    }
}
