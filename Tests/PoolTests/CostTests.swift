import Identities
import Testing
import Wire

@testable import Pool

/// Counts that do not depend on the machine: what a task costs on its way.
@Suite("The cost of a null task")
struct CostTests {
    private let count = 1000
    private let queue = TaskQueue(executor: 1) { _ in }

    /// A frame of null tasks with an integer each.
    private func frame() -> (FrameBuffer, Withdrawal) {
        let frame = TaskFrame.begin(executor: 1, sequence: 1, capacity: 0)
        let taken = queue.take(into: frame, maximumTasks: .max, budget: .max / 2, byteLimit: .max) { _ in 1 }
        return (frame, taken)
    }

    @Test("A null task costs two bytes and its argument in a frame, and no list of waiters of its own")
    func futures() throws {
        for index in 0..<count {
            try withUnsafeBytes(of: index) { try queue.append(callable: 0, arguments: $0, future: FutureCore()) }
        }
        let (frame, taken) = frame()
        #expect(taken.sent == count)
        #expect(frame.count == TaskFrame.reserve + 10 * count)
        #expect(taken.runs.count == 1)
    }

    @Test("A null task costs the same as an element of a map, however many pieces the map came in")
    func elements() throws {
        let map = MapCore(isOrdered: true)
        for piece in 0..<10 {
            let records = FrameBuffer(capacity: 0)
            for index in 0..<count / 10 { withUnsafeBytes(of: index) { records.append(callable: 0, arguments: $0) } }
            let first = map.extend(by: count / 10)
            #expect(first == piece * count / 10)
            try queue.append(records: records, count: count / 10, of: map, first: first, chunkSize: nil)
        }
        let (frame, taken) = frame()
        #expect(taken.sent == count)
        #expect(frame.count == TaskFrame.reserve + 10 * count)
        #expect(taken.runs.count == 1)
    }

    @Test("Out-of-band arrays of a null task cost no bytes of its frame")
    func arrays() throws {
        let arguments = [UInt8](repeating: 0, count: 20)
        let task = arguments.withUnsafeBytes { TaskQueue.frame(callable: 0, arguments: $0) }
        try queue.append(frame: task, future: FutureCore())
        let (_, taken) = frame()
        #expect(taken.whole === task)
        #expect(task.count == TaskFrame.reserve + 22)
    }
}
