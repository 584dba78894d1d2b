import Identities
import Support
import Testing
import Wire

@testable import Transport

@Suite("What a dead worker has noted of its progress")
struct TaskProgressTests {
    private final class Page {
        let base: UnsafeMutableRawPointer

        init() {
            let count = TaskProgress.headerSize + TaskProgress.stagingSize
            base = .allocate(byteCount: count, alignment: 64)
            base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        }

        deinit { base.deallocate() }
    }

    private let page = Page()
    private var worker: TaskProgress { TaskProgress(page.base) }
    private var master: TaskProgress { TaskProgress(page.base) }

    /// What the last words are about: "idle", "initializer 3", or "7: 2 + 1 of 3 bytes".
    private func last() -> String {
        switch master.last {
        case .idle: "idle"
        case .initializer(let executor): "initializer \(executor)"
        case .tasks(let sequence, let first, let results):
            "\(sequence): \(first) + \(results.count) of \(results.bytes.count) bytes"
        }
    }

    private func reply(_ results: [[UInt8]]) -> FrameBuffer {
        let reply = ResultFrame.begin(sequence: 1, first: 0, capacity: 64)
        for result in results {
            let start = reply.beginResult()
            result.withUnsafeBytes { reply.append($0) }
            reply.endResult(.trivialValue, at: start)
        }
        return reply
    }

    @Test("The progress of a dead worker is nothing at first, between frames, and for a damaged phase")
    func idle() {
        #expect(last() == "idle")
        let worker = worker
        worker.begin(7, first: 0)
        #expect(last() == "7: 0 + 0 of 0 bytes")
        worker.end()
        #expect(last() == "idle")
        (page.base + 8).storeBytes(of: 99, as: UInt32.self)
        #expect(last() == "idle")
    }

    @Test("The progress of a dead worker names the initializer that ran")
    func initializer() {
        worker.beginInitializer(3)
        #expect(last() == "initializer 3")
    }

    @Test("The progress of a dead worker has the bytes of each result that was complete, and of no other")
    func results() throws {
        let worker = worker
        worker.begin(7, first: 2)
        let reply = reply([[1, 2]])
        worker.commit(1, in: reply)
        #expect(last() == "7: 2 + 1 of 4 bytes")
        // The next result is under way.
        let start = reply.beginResult()
        reply.append(UInt32(9))
        #expect(last() == "7: 2 + 1 of 4 bytes")
        reply.endResult(.cborValue, at: start)
        worker.commit(2, in: reply)
        #expect(last() == "7: 2 + 2 of 10 bytes")
        guard case .tasks(_, _, let results) = master.last else { return }
        var reader = FrameReader(results.bytes)
        #expect(try Array(reader.resultRecord().bytes) == [1, 2])
        #expect(try Array(reader.resultRecord().bytes) == [9, 0, 0, 0])
        worker.begin(7, first: 4)
        #expect(last() == "7: 4 + 0 of 0 bytes")
    }

    @Test("The progress of a dead worker leaves out results that are too large, and those with arrays beside them")
    func large() throws {
        let worker = worker
        worker.begin(7, first: 0)
        let limit = TaskProgress.stagingSize
        // The status and a length of two bytes come before the bytes of the second result.
        let full = reply([[1], pattern(limit - 3 - 3)])
        #expect(full.count == ResultFrame.headerSize + limit)
        worker.commit(1, in: reply([[1]]))
        worker.commit(2, in: full)
        #expect(last() == "7: 0 + 2 of \(limit) bytes")
        full.append(byte: 0)
        worker.commit(3, in: full)
        #expect(last() == "7: 0 + 2 of \(limit) bytes")
    }

    @Test("The progress of a dead worker is read within its memory, whatever a crash has written there")
    func damaged() {
        worker.begin(7, first: 0)
        page.base.storeBytes(of: .max, as: UInt64.self)
        #expect(last() == "7: 0 + \(UInt32.max) of \(TaskProgress.stagingSize) bytes")
    }
}
