import Identities
import Testing
import Wire

@testable import Pool

/// Tasks that come back to their queue because the workers that had them are lost.
@Suite("Tasks that return to their queue")
struct ReturnedTaskTests {
    private let queue = TaskQueue(executor: 1) { _ in }

    /// Queues tasks, each with its number as its argument.
    private func append(_ numbers: Range<UInt8>) throws -> [FutureCore] {
        try numbers.map { number in
            let future = FutureCore()
            try withUnsafeBytes(of: number) { try queue.append(callable: 0, arguments: $0, future: future) }
            return future
        }
    }

    private func take() throws -> (taken: Withdrawal, numbers: [UInt8]) {
        let frame = FrameBuffer(capacity: 0)
        let taken = queue.take(into: frame, maximumTasks: 1000, budget: .max / 2, byteLimit: .max) { _ in 1 }
        var reader = FrameReader(frame.bytes)
        var numbers: [UInt8] = []
        while !reader.isAtEnd { numbers.append(try reader.taskRecord().arguments[0]) }
        return (taken, numbers)
    }

    /// Queues tasks and takes them, as if they were sent, then loses them.
    private func lose(_ numbers: Range<UInt8>) throws -> [FutureCore] {
        let futures = try append(numbers)
        _ = try take()
        takeBack(futures, numbers)
        return futures
    }

    private func takeBack(_ futures: [FutureCore], _ numbers: Range<UInt8>) {
        let records = FrameBuffer(capacity: 0)
        for number in numbers { withUnsafeBytes(of: number) { records.append(callable: 0, arguments: $0) } }
        let count = futures.count
        queue.takeBack(
            [Segment(repeating: records, offset: 0, owners: .futures, futures: FutureList(futures), count: count)],
            count: count
        )
    }

    @Test("Tasks that return to their queue stand before those that have not been sent, and run for their owners")
    func order() throws {
        let futures = try append(0..<2)
        _ = try take()
        let others = try append(2..<4)
        takeBack(futures, 0..<2)
        #expect(futures.allSatisfy { $0.phase == .running } && others.allSatisfy { $0.phase == .pending })
        #expect(queue.queuedTasks() == 4)
        #expect(try take().numbers == [0, 1, 2, 3])
    }

    @Test("Tasks that return to their queue are not sent again if their futures have ended meanwhile")
    func ended() throws {
        let futures = try lose(0..<3)
        futures[1].complete(.value(()))
        let (taken, numbers) = try take()
        #expect(numbers == [0, 2])
        #expect(taken.taken == 3 && taken.sent == 2)
        queue.answered(2)
        queue.close(cancelQueued: false)
        #expect(queue.hasFinished)
    }

    @Test("Tasks that return to their queue are counted as if they had never been taken")
    func counts() throws {
        _ = try lose(0..<3)
        #expect(queue.progress == (taken: 0, appended: 3))
        #expect(queue.queuedTasks() == 3)
        _ = try take()
        #expect(queue.progress == (taken: 3, appended: 3))
        queue.close(cancelQueued: false)
        #expect(!queue.hasFinished)
        queue.answered(3)
        #expect(queue.hasFinished)
    }

    @Test("Tasks that return to their queue leave nothing behind if nobody wants their results")
    func unwanted() throws {
        _ = try append(0..<3)
        _ = try take()
        queue.takeBack([], count: 3)
        #expect(queue.queuedTasks() == 0)
        queue.close(cancelQueued: false)
        #expect(queue.hasFinished)
        #expect(queue.progress == (taken: 3, appended: 3))
    }

    @Test("Tasks that return to their queue are not cancelled with queued ones, because they were seen to run")
    func cancelling() throws {
        let running = try lose(0..<2)
        let pending = try append(2..<4)
        queue.close(cancelQueued: true)
        #expect(running.allSatisfy { $0.phase == .running })
        #expect(pending.allSatisfy { $0.phase == .cancelled })
        #expect(queue.progress == (taken: 2, appended: 4))
        #expect(!queue.hasFinished)
        #expect(try take().numbers == [0, 1])
        queue.answered(2)
        #expect(queue.hasFinished)
    }

    @Test("Tasks that return to their queue fail with all others when the executor breaks")
    func breaking() throws {
        let futures = try lose(0..<2) + append(2..<4)
        queue.breakDown(Cause("no workers are left"))
        for future in futures { #expect(brokenCause(future.outcome) as? Cause == Cause("no workers are left")) }
        #expect(queue.hasFinished)
    }
}
