import Identities
import Support
import Testing
import Transport
import Waiting
import Wire

@testable import Pool

/// A pool over a scripted transport, with one executor.
struct ScriptedPool {
    let transport: ScriptedTransport
    let pool: Pool
    let queue: TaskQueue

    init(
        workers: Int = 1,
        restarts: Int = 0,
        setup: ExecutorSetup = ExecutorSetup(),
        report: Bool = true
    ) throws {
        transport = ScriptedTransport(workerCount: workers, restarts: restarts)
        pool = try Pool(transport: transport, describeFailure: { String(decoding: $0, as: UTF8.self) })
        queue = pool.open(setup)
        if report { transport.report() }
    }

    /// Shares a value in CBOR.
    func share(_ bytes: [UInt8]) -> SharedValueID { bytes.withUnsafeBytes { pool.share(.cbor, $0) } }

    func submit(_ count: Int = 1) throws(PoolFailure) -> [FutureCore] {
        var futures: [FutureCore] = []
        let callable = pool.callables.id(of: CallableDefinition(name: "test", encoding: .trivial))
        for _ in 0..<count {
            let future = FutureCore()
            futures.append(future)
            try queue.append(
                callable: callable,
                arguments: UnsafeRawBufferPointer(start: nil, count: 0),
                future: future
            )
        }
        return futures
    }

    /// Keeps the only worker busy with a call of unknown time, behind which nothing else is sent.
    func hold() throws -> (future: FutureCore, tasks: TaskFrame) {
        let future = try submit(numbered: 0..<1, callable: "held")[0]
        return (future, try transport.nextTasks().tasks)
    }

    /// Waits until the dispatcher has seen all tasks that were submitted before, so that the size of its next frame does
    /// not depend on the speed of this thread. The dispatcher may not have seen the frames that arrived before.
    func settle() throws {
        let marker = pool.open(ExecutorSetup())
        _ = try ended(marker.booted)
        marker.close(cancelQueued: false)
    }

    /// Submits tasks that have a number each as their argument.
    func submit(numbered numbers: Range<UInt8>, callable name: String = "test") throws -> [FutureCore] {
        let callable = pool.callables.id(of: CallableDefinition(name: name, encoding: .trivial))
        return try numbers.map { number in
            let future = FutureCore()
            try withUnsafeBytes(of: number) { try queue.append(callable: callable, arguments: $0, future: future) }
            return future
        }
    }

    /// The numbers that the tasks of a frame were submitted with.
    static func numbers(of tasks: TaskFrame) throws -> [UInt8] {
        var reader = FrameReader(tasks.buffer.bytes, at: tasks.records)
        return try (0..<tasks.count).map { _ in try reader.taskRecord().arguments[0] }
    }

    /// A frame's answer: each task's number in the frame.
    static func reply(to tasks: TaskFrame, _ range: Range<Int>? = nil) -> FrameBuffer {
        let range = range ?? 0..<tasks.count
        return Replies.make(range.map { [UInt8($0)] }, sequence: tasks.sequence, first: range.lowerBound).frame
    }

    /// Answers what comes until all of these have ended.
    ///
    /// - Parameter answered: how many of them the test has answered itself.
    func serve(_ futures: [FutureCore], answered: Int = 0) throws {
        var left = futures.count - answered
        while left > 0 {
            let (worker, tasks) = try transport.nextTasks()
            transport.arrive(Self.reply(to: tasks), from: worker)
            left -= tasks.count
        }
        for future in futures { _ = try ended(future) }
    }

    func ended(_ future: FutureCore) throws -> Outcome {
        try #require(future.wait(until: .after(hangTime)), "the future has not ended")
    }

    /// The cause that a broken executor gave a future.
    func cause(_ future: FutureCore) throws -> String? {
        guard case .failure(PoolFailure.broken(let cause)) = try ended(future) else { return nil }
        return "\(cause)"
    }

    /// Plays the workers' part of the end.
    func leave() throws {
        queue.close(cancelQueued: true)
        pool.stop()
        var waiting = transport.workerCount
        while waiting > 0 {
            let (worker, frame) = try transport.nextSent()
            guard case .goodbye = frame else { continue }
            transport.arrive(WorkerFrame.goodbyeFrame(), from: worker)
            waiting -= 1
        }
        _ = try ended(pool.stopped)
    }
}
