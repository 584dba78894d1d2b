import CBOR
import PluginLoading
import Support
import Testing
import Wire
import Worker

@testable import CTasks

/// One call of a C task, without the task.
@Suite("A call of a C task")
struct TaskCallTests {
    /// Keeps the arguments' bytes as long as the call.
    private final class Made {
        let arguments: FrameBuffer
        let result = FrameBuffer(capacity: 0)
        let call: TaskCall

        init(_ value: some Encodable) throws {
            let bytes = FrameBuffer(capacity: 0)
            try CBOREncoder().encode(value).withUnsafeBytes { bytes.append($0) }
            arguments = bytes
            call = TaskCall(try Item(checking: bytes.bytes), result)
        }
    }

    @Test("A call of a C task fails with the first thing that was wrong, unless the task gives a reason itself")
    func failures() throws {
        let made = try Made([1])
        #expect(made.call.failure == nil)
        made.call.note("first")
        made.call.note("second")
        #expect(made.call.failure == "first")
        made.call.fail("the task's own")
        made.call.note("third")
        #expect(made.call.failure == "the task's own")
        made.call.fail("the task's last")
        #expect(made.call.failure == "the task's last")
    }

    @Test("A call of a C task names the arguments that there are, eight at most")
    func summary() throws {
        func message(_ count: Int) throws -> String? {
            var object: [String: Int] = [:]
            for number in 0..<count { object["a\(number)"] = number }
            let made = try Made(object)
            #expect(made.call.missing("'b'") == Status.missing)
            return made.call.failure
        }
        #expect(try message(0) == "argument 'b' is missing: the call has no arguments")
        #expect(try message(1) == "argument 'b' is missing: the call has 'a0'")
        for count in [8, 9, 10, 30] {
            let text = try #require(try message(count))
            #expect(text.count { $0 == "," } == min(count, 9) - 1, "\(text)")
            #expect(text.hasSuffix("…") == (count > 8), "\(text)")
        }
    }

    @Test("A call of a C task has arguments by position or by label")
    func arguments() throws {
        let list = try Made(["a", "b"])
        #expect(try list.call.argument(1)?.text() == "b")
        #expect(list.call.argument(2) == nil)
        _ = list.call.missing("2")
        #expect(list.call.failure == "argument 2 is missing: the call has 2 by position")
        let map = try Made([3: 7])
        #expect(try map.call.argument(3)?.integer() == 7)
        #expect(map.call.argument(0) == nil)
    }

    @Test("A call of a C task is refused with arguments that are neither a list nor a map")
    func noArguments() async throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write("int task(void *call) { return 0; }", to: "task.c")
        let library = "\(directory.path)/libtask.so"
        #expect(try await runProcess("cc", ["-shared", "-fPIC", source, "-o", library]).status == .exited(0))
        let name = try CTaskName(function: "task", in: try Plugin.load(path: library))
        let runner = try CTaskRunner(CallableDefinition(name: name.wireName, encoding: .cbor))
        func run(_ bytes: [UInt8]) throws -> ResultStatus {
            let arguments = FrameBuffer(capacity: 0)
            bytes.withUnsafeBytes { arguments.append($0) }
            return try runner.run(
                TaskArguments(bytes: arguments.bytes, frame: arguments),
                FrameBuffer(capacity: 0)
            )
        }
        #expect(try run([0x80]) == .cborValue)
        #expect(try run([0xA0]) == .cborValue)
        for bytes in [[0x07], [0x61, 0x61], [0xF6], [0x80, 0x80], []] as [[UInt8]] {
            let error = #expect(throws: TaskError.self, "\(bytes)") { try run(bytes) }
            #expect(error?.stage == .decodingArguments, "\(bytes)")
        }
    }
}
