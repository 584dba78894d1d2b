import CBOR
import Identities
import Synchronization
import Testing
import Wire
import Worker

@Suite("The context of a task on its worker")
struct TaskScopeTests {
    @Test("The context of a task belongs to the task that runs, and of nested tasks to the inner one")
    func nesting() {
        let outer = TaskScope(globals: ["a": KeptValue([1])], shared: SharedValues(), place: WorkerPlace(0, of: 1))
        let inner = TaskScope(globals: [:], shared: SharedValues(), place: WorkerPlace(0, of: 1))
        outer.during {
            #expect(TaskScope.current === outer)
            inner.during { #expect(TaskScope.current === inner) }
            #expect(TaskScope.current === outer)
        }
        #expect(TaskScope.current == nil)
    }

    @Test("The context of a task on its worker goes with a Swift task to other threads")
    func inheritance() async {
        let scope = TaskScope(globals: [:], shared: SharedValues(), place: WorkerPlace(0, of: 1))
        await TaskScope.during(scope) {
            await Task { #expect(TaskScope.current === scope) }.value
        }
        #expect(TaskScope.current == nil)
    }

    @Test("A shared value is decoded once for all tasks that read it as the same type, and again for another type")
    func decoding() throws {
        let value = KeptValue([7])
        var count = 0
        func get<Value: Sendable>(_ make: (UInt8) -> Value) throws -> Value {
            try value.get { bytes in
                count += 1
                return make(bytes[0])
            }
        }
        #expect(try (0..<5).map { _ in try get { Int($0) } } == [7, 7, 7, 7, 7])
        #expect(count == 1)
        #expect(try get { "\($0)" } == "7")
        #expect(count == 2)
    }

    @Test("A shared value is decoded again if decoding it has failed")
    func failedDecoding() throws {
        struct Failure: Error {}
        let value = KeptValue([7])
        #expect(throws: Failure.self) { try value.get { _ -> Int in throw Failure() } }
        #expect(try value.get { Int($0[0]) } == 7)
    }

    @Test("A task gives its out-of-band arrays to one taker, which is their only owner")
    func arrays() throws {
        let array = try #require((UInt8(0)...255).lazy.compactMap { NumberArray.make(code: $0, byteCount: 8) }.first)
        let frame = FrameBuffer(capacity: 0)
        frame.outOfBand = [array]
        let arguments = TaskArguments(bytes: frame.bytes, frame: frame)
        #expect(arguments.takeArrays().count == 1)
        #expect(arguments.takeArrays().isEmpty)
        #expect(frame.outOfBand.isEmpty)
    }
}
