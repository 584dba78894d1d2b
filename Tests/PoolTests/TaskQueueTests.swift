import Glibc
import Identities
import Linux
import Support
import Scheduling
import Testing
import Waiting
import Wire

@testable import Pool

@Suite("A task queue")
struct TaskQueueTests {
    private let queue = TaskQueue(executor: 1) { _ in }

    private func append(_ count: Int = 1, callable: CallableID = 0, bytes: Int = 0) throws -> [FutureCore] {
        try (0..<count).map { _ in
            let future = FutureCore()
            let arguments = [UInt8](repeating: 1, count: bytes)
            try arguments.withUnsafeBytes { try queue.append(callable: callable, arguments: $0, future: future) }
            return future
        }
    }

    private func append(_ count: Int, of map: MapCore, chunkSize: Int? = nil) throws {
        let records = FrameBuffer(capacity: 0)
        for _ in 0..<count { records.append(callable: 0, arguments: UnsafeRawBufferPointer(start: nil, count: 0)) }
        let first = map.extend(by: count)
        try queue.append(records: records, count: count, of: map, first: first, chunkSize: chunkSize)
    }

    /// Takes a batch of calls that are expected to take `each` nanoseconds.
    private func take(
        _ maximum: Int = 1000,
        budget: UInt64 = 1_000_000,
        byteLimit: Int = 1 << 18,
        each: UInt64 = 1
    ) -> (taken: Withdrawal, frame: FrameBuffer) {
        let frame = FrameBuffer(capacity: 0)
        let taken = queue.take(into: frame, maximumTasks: maximum, budget: budget, byteLimit: byteLimit) { _ in each }
        return (taken, frame)
    }

    @Test("A task queue gives tasks in the order in which they came, and starts them")
    func order() throws {
        let futures = try append(3, callable: 5) + append(2, callable: 6, bytes: 10)
        let (taken, frame) = take()
        #expect(taken.sent == 5 && taken.taken == 5)
        #expect(taken.firstCallable == 5)
        #expect(futures.allSatisfy { $0.phase == .running })
        var reader = FrameReader(frame.bytes)
        let callables = try (0..<5).map { _ in try reader.taskRecord().callable }
        #expect(callables == [5, 5, 5, 6, 6])
        #expect(reader.isAtEnd)
        #expect(queue.queuedTasks() == 0)
    }

    @Test("A task queue gives no more tasks than asked for", arguments: [1, 2, 9, 10, 11])
    func maximum(count: Int) throws {
        _ = try append(10)
        #expect(take(count).taken.sent == min(count, 10))
        #expect(queue.queuedTasks() == 10 - min(count, 10))
    }

    @Test("A task queue gives as many tasks as fit into the time, one at least")
    func budget() throws {
        _ = try append(10)
        #expect(take(budget: 100, each: 30).taken.sent == 3)
        #expect(take(budget: 100, each: 101).taken.sent == 1)
        #expect(take(budget: 100, each: .max).taken.sent == 1)
        #expect(take(budget: 100, each: 1).taken.sent == 5)
    }

    @Test("A task queue gives the task that fits into the time or the bytes exactly")
    func exactFit() throws {
        _ = try append(12)
        #expect(take(budget: 90, each: 30).taken.sent == 3)
        #expect(take(budget: 89, each: 30).taken.sent == 2)
        _ = take()
        _ = try append(12, bytes: 1000)
        // A record of 1,000 bytes has 3 more before them, of which the last one's are not counted.
        #expect(take(byteLimit: 3006).taken.sent == 3)
        #expect(take(byteLimit: 3005).taken.sent == 2)
    }

    @Test("A task queue expects a task to take the time that is known of it, however little fits into a frame")
    func longTime() throws {
        _ = try append(1)
        #expect(take(budget: 100, each: 10_000_000).taken.expected == 10_000_000)
    }

    @Test("A task queue expects a task of unknown time to take too long for another to wait behind it")
    func unknownTime() throws {
        _ = try append(1)
        let expected = take(budget: 100, each: .max).taken.expected
        #expect(expected > Scheduler.Policy().prefetchTime)
        #expect(expected < .max / 1_000_000)
    }

    @Test("A task queue gives as many tasks as fit into the bytes, one at least")
    func bytes() throws {
        _ = try append(10, bytes: 1000)
        let sent = take(byteLimit: 3500).taken.sent
        #expect(sent == 3)
        #expect(take(byteLimit: 10).taken.sent == 1)
    }

    @Test("A task queue gives a chunk of the user's size whole, in a frame of its own", arguments: [1, 3, 7])
    func chunks(chunkSize: Int) throws {
        let map = MapCore(isOrdered: true)
        _ = try append(2)
        try append(3 * chunkSize, of: map, chunkSize: chunkSize)
        #expect(take().taken.sent == 2)
        for _ in 0..<3 { #expect(take(1, budget: 0, byteLimit: 0).taken.sent == chunkSize) }
        #expect(queue.queuedTasks() == 0)
    }

    @Test("A task queue gives the rest of a map that its chunks do not divide")
    func lastChunk() throws {
        let map = MapCore(isOrdered: true)
        try append(10, of: map, chunkSize: 4)
        #expect([take(), take(), take()].map(\.taken.sent) == [4, 4, 2])
    }

    @Test("A task queue passes over what was cancelled, and counts it as taken")
    func cancelled() throws {
        let futures = try append(5)
        let map = MapCore(isOrdered: true)
        try append(4, of: map)
        #expect(futures[0].cancel() && futures[3].cancel())
        map.cancel()
        let taken = take().taken
        #expect(taken.sent == 3)
        #expect(taken.taken == 9)
        queue.close(cancelQueued: false)
        #expect(!queue.hasFinished)
        queue.answered(3)
        #expect(queue.hasFinished)
    }

    @Test("A task queue passes over what was cancelled in a frame of its own")
    func cancelledFrames() throws {
        let future = FutureCore()
        let map = MapCore(isOrdered: true)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        try queue.append(frame: TaskQueue.frame(callable: 0, arguments: none), future: future)
        try queue.append(frame: TaskQueue.frame(callable: 0, arguments: none), of: map, index: map.extend(by: 1))
        #expect(future.cancel())
        map.cancel()
        for _ in 0..<2 {
            let taken = take().taken
            #expect(taken.taken == 1 && taken.sent == 0)
            #expect(taken.whole == nil && taken.runs.isEmpty)
        }
        queue.close(cancelQueued: false)
        #expect(queue.hasFinished)
    }

    @Test("A task queue joins consecutive elements of a map to one run")
    func runs() throws {
        let map = MapCore(isOrdered: true)
        try append(3, of: map)
        try append(2, of: map)
        _ = try append(1)
        let runs = take().taken.runs
        #expect(runs.map(\.count) == [5, 1])
    }

    @Test("A task queue that is shut down refuses tasks, and has finished when the last one has ended")
    func shutDown() throws {
        _ = try append(2)
        queue.close(cancelQueued: false)
        #expect(throws: PoolFailure.self) { try append() }
        #expect(!queue.hasFinished)
        #expect(take().taken.sent == 2)
        #expect(!queue.hasFinished)
        queue.answered(1)
        #expect(!queue.hasFinished)
        queue.answered(1)
        #expect(queue.hasFinished)
    }

    @Test("A task queue that is shut down may cancel what is queued, not what runs")
    func shutDownCancelling() throws {
        let futures = try append(3)
        let map = MapCore(isOrdered: true)
        try append(2, of: map)
        _ = take(1)
        queue.close(cancelQueued: true)
        #expect(futures.map(\.phase) == [.running, .cancelled, .cancelled])
        guard case .outcomes(let outcomes) = map.take(from: 0, limit: 10, wake: nil) else {
            Issue.record("the elements of the map have not ended")
            return
        }
        #expect(outcomes.count == 2)
        queue.close(cancelQueued: true)
        queue.close(cancelQueued: false)
        queue.answered(1)
        #expect(queue.hasFinished)
    }

    @Test("A task queue that breaks fails what is queued and what comes, with the cause")
    func broken() throws {
        let futures = try append(2)
        #expect(futures[0].cancel())
        queue.breakDown(Cause("the roof fell in"))
        queue.breakDown(Cause("another cause"))
        #expect(futures.map(\.phase) == [.cancelled, .finished])
        #expect(brokenCause(futures[1].outcome) as? Cause == Cause("the roof fell in"))
        #expect(brokenCause(queue.booted.outcome) as? Cause == Cause("the roof fell in"))
        #expect { try append() } throws: { brokenCause(.failure($0)) as? Cause == Cause("the roof fell in") }
        #expect(queue.hasFinished)
    }

    @Test("A task queue tells of its news once, until they have been heard")
    func news() throws {
        let hearing = Hearing()
        let queue = TaskQueue(executor: 4) { hearing.note(Int($0.executor.number)) }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        for _ in 0..<10 { try queue.append(callable: 0, arguments: none, future: FutureCore()) }
        #expect(hearing.all == [4])
        #expect(queue.queuedTasks() == 10)
        try queue.append(callable: 0, arguments: none, future: FutureCore())
        #expect(hearing.all == [4, 4])
    }

    @Test("A task queue loses no task between threads that append, cancel and take", .hangGuarded)
    func contention() throws {
        let hearing = Hearing()
        let threads = try (0..<4).map { thread in
            try Linux.Thread(name: "appender") {
                for number in 0..<2000 {
                    guard let future = try? append()[0] else { return }
                    if number % 3 == 0, future.cancel() { hearing.note(number) }
                }
            }
        }
        var (taken, sent) = (0, 0)
        let deadline = Instant.after(hangTime)
        while taken < 8000, Instant.now < deadline {
            let batch = take().taken
            if batch.taken == 0 { sched_yield() }
            taken += batch.taken
            sent += batch.sent
        }
        for thread in threads { thread.join() }
        #expect(taken == 8000)
        #expect(sent + hearing.all.count == 8000)
    }
}
