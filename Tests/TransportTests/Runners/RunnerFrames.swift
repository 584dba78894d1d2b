import Identities
import Transport
import Wire

/// Frames between a master and a runner that a test plays.
enum RunnerFrames {
    static let definitions = ["zero", "one", "two"].map { CallableDefinition(name: $0, encoding: .trivial) }

    /// A frame of tasks of callable 0, each with its one byte.
    static func tasks(
        _ sequence: FrameSequence,
        _ arguments: [UInt8],
        callable: CallableID = 0,
        executor: ExecutorID = 1,
        definitions range: Range<Int> = 0..<0
    ) -> FrameBuffer {
        let frame = TaskFrame.begin(
            executor: executor,
            sequence: sequence,
            definitions: range,
            of: definitions,
            takesArrays: true,
            capacity: 64
        )
        for argument in arguments {
            withUnsafeBytes(of: argument) { frame.append(callable: callable, arguments: $0) }
        }
        TaskFrame.setCount(arguments.count, in: frame)
        return frame
    }

    static func open(
        _ executor: ExecutorID,
        initializer: CallableID? = nil,
        globals: [String: [UInt8]] = [:],
        definitions range: Range<Int> = 0..<0
    ) -> FrameBuffer {
        let record = initializer.map { callable in
            let record = FrameBuffer(capacity: 8)
            record.append(callable: callable, arguments: UnsafeRawBufferPointer(start: nil, count: 0))
            return record
        }
        return OpenFrame.write(
            executor: executor,
            definitions: range,
            of: definitions,
            globals: globals,
            initializer: record?.bytes
        )
    }

    /// The results of tasks: each is one byte.
    static func results(_ sequence: FrameSequence, first: Int, _ results: [UInt8]) -> FrameBuffer {
        let frame = ResultFrame.begin(sequence: sequence, first: first, capacity: 64)
        for result in results { append(result, to: frame) }
        ResultFrame.finish(frame, count: results.count, nanoseconds: 1)
        return frame
    }

    static func append(_ result: UInt8, to frame: FrameBuffer) {
        let start = frame.beginResult()
        frame.append(byte: result)
        frame.endResult(.trivialValue, at: start)
    }

    static var ready: FrameBuffer {
        WorkerFrame.readyFrame(WorkerIdentity(rank: 1, worldSize: 2, host: "here", processID: 1))
    }

    /// What a frame for a worker says, for comparison.
    static func describe(_ frame: FrameBuffer) throws -> String {
        switch try MasterFrame(parsing: frame) {
        case .open(let open):
            let names = open.definitions.map { "\($0.name) " }.joined()
            let globals = open.globals.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            let failure = open.failure.map { " fails \(Array(frame.bytes[$0]))" } ?? ""
            return "open \(open.executor): \(names)\(open.initializer == nil ? "plain" : "init")\(globals)\(failure)"
        case .tasks(let tasks):
            let names = tasks.definitions.map { "\($0.name) " }.joined()
            var reader = FrameReader(frame.bytes, at: tasks.records)
            let records = try (0..<tasks.count).map { _ in
                let record = try reader.taskRecord()
                return "\(record.callable)(\(record.arguments.map { "\($0)" }.joined()))"
            }
            let place = "\(tasks.sequence) of \(tasks.executor)\(tasks.takesArrays ? "*" : "")"
            return "tasks \(place): \(names)\(records.joined(separator: " "))\(reader.isAtEnd ? "" : " and more")"
        case .close(let executor): return "close \(executor)"
        case .share(let share): return "share \(share.value): \(share.bytes.map { "\(Array($0))" } ?? "in a file")"
        case .unshare(let value): return "unshare \(value)"
        case .goodbye: return "goodbye"
        }
    }

    /// What a frame of a worker says. Of a failure it gives the bytes.
    static func describeReply(_ frame: FrameBuffer) throws -> String {
        switch try WorkerFrame(parsing: frame) {
        case .ready: return "ready"
        case .opened(let executor, let failure):
            let text = failure.map { ": \(String(decoding: frame.bytes[$0], as: UTF8.self))" }
            return "opened \(executor)\(text ?? "")"
        case .goodbye: return "goodbye"
        case .output(let stream, let lines): return "\(stream): \(String(decoding: frame.bytes[lines], as: UTF8.self))"
        case .results(let results):
            var reader = FrameReader(frame.bytes, at: results.records)
            let records = try (0..<results.count).map { _ in
                let (status, bytes) = try reader.resultRecord()
                return status.isFailure ? "'\(String(decoding: bytes, as: UTF8.self))'" : "\(bytes.first ?? 0)"
            }
            return "results \(results.sequence) from \(results.first): \(records.joined(separator: " "))"
        }
    }
}

extension ShareFrame {
    /// Returns a frame with a value in CBOR.
    static func write(value: SharedValueID, bytes: [UInt8]) -> FrameBuffer {
        bytes.withUnsafeBytes { write(value: value, .cbor, content: $0) }
    }
}
