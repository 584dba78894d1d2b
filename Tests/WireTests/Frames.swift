import Identities
import Support
import Wire

/// Frames of every kind with random contents.
enum Frames {
    static func bytes(_ frame: FrameBuffer) -> [UInt8] { Array(frame.bytes) }

    static func frame(_ bytes: [UInt8]) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: bytes.count)
        bytes.withUnsafeBytes { buffer.append($0) }
        return buffer
    }

    /// One frame of each kind that a master sends.
    static func ofMaster(_ random: inout SeededGenerator) -> [FrameBuffer] {
        let definitions = definitions(&random)
        let record = FrameBuffer(capacity: 8)
        record.append(callable: 3, arguments: UnsafeRawBufferPointer(start: nil, count: 0))
        return [
            OpenFrame.write(
                executor: ExecutorID(.random(in: 0 ... .max, using: &random)),
                definitions: 0..<definitions.count,
                of: definitions,
                globals: ["π": [1, 2, 3], "": []],
                initializer: record.bytes
            ),
            OpenFrame.write(executor: 1, definitions: 0..<0, of: definitions, globals: [:], initializer: nil),
            tasks(records(&random), definitions: definitions, &random),
            MasterFrame.closeFrame(executor: ExecutorID(.random(in: 0 ... .max, using: &random))),
            ShareFrame.write(value: SharedValueID(.random(in: 0 ... .max, using: &random)), bytes: [1, 2, 3]),
            MasterFrame.unshareFrame(value: SharedValueID(.random(in: 0 ... .max, using: &random))),
            MasterFrame.goodbyeFrame(),
        ]
    }

    /// One frame of each kind that a worker sends.
    static func ofWorker(_ random: inout SeededGenerator) -> [FrameBuffer] {
        [
            WorkerFrame.readyFrame(identity(&random)),
            WorkerFrame.openedFrame(executor: ExecutorID(.random(in: 0 ... .max, using: &random)), failure: nil),
            WorkerFrame.openedFrame(executor: 5, failure: [1, 2, 3]),
            results(records(&random).map { (.random(&random), $0.arguments) }, &random),
            WorkerFrame.goodbyeFrame(),
            [1, 10, 2, 10].withUnsafeBytes { WorkerFrame.outputFrame(.errors, $0) },
        ]
    }

    static func tasks(
        _ records: [Record],
        definitions: [CallableDefinition],
        _ random: inout SeededGenerator
    ) -> FrameBuffer {
        let buffer = TaskFrame.begin(
            executor: ExecutorID(.random(in: 0 ... .max, using: &random)),
            sequence: FrameSequence(.random(in: 0 ... .max, using: &random)),
            definitions: 0..<definitions.count,
            of: definitions,
            capacity: .random(in: 0...100, using: &random)
        )
        for record in records {
            record.arguments.withUnsafeBytes { buffer.append(callable: record.callable, arguments: $0) }
        }
        TaskFrame.setCount(records.count, in: buffer)
        return buffer
    }

    static func results(_ results: [(ResultStatus, [UInt8])], _ random: inout SeededGenerator) -> FrameBuffer {
        let buffer = ResultFrame.begin(
            sequence: FrameSequence(.random(in: 0 ... .max, using: &random)),
            first: 7,
            capacity: 0
        )
        for (status, bytes) in results {
            buffer.append(byte: status.rawValue)
            bytes.withUnsafeBytes { buffer.append(block: $0) }
        }
        ResultFrame.finish(buffer, count: results.count, nanoseconds: .random(in: 0 ... .max, using: &random))
        return buffer
    }

    struct Record: Equatable {
        let callable: CallableID
        let arguments: [UInt8]
    }

    static func records(_ random: inout SeededGenerator) -> [Record] {
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
            let count = [0, 1, 100, 127, 128, 300].randomElement(using: &random) ?? 0
            return Record(
                callable: CallableID(.random(in: 0..<1 << 32, using: &random)),
                arguments: (0..<count).map { _ in .random(in: 0 ... .max, using: &random) }
            )
        }
    }

    static func definitions(_ random: inout SeededGenerator) -> [CallableDefinition] {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
            CallableDefinition(
                name: String(repeating: ["x", "ö", "🐧"].randomElement(using: &random) ?? "", count: 50),
                encoding: Bool.random(using: &random) ? .trivial : .cbor,
                limit: limit(&random)
            )
        }
    }

    private static func limit(_ random: inout SeededGenerator) -> CallLimit {
        let times: [UInt64] = [0, 1, 127, 128, 1_000_000_000, .max]
        let time = times.randomElement(using: &random) ?? 0
        return CallLimit(
            time: time,
            grace: times.randomElement(using: &random) ?? 0,
            memory: times.randomElement(using: &random) ?? 0
        )
    }

    static func identity(_ random: inout SeededGenerator) -> WorkerIdentity {
        WorkerIdentity(
            rank: Rank(.random(in: 0...Int(UInt32.max), using: &random)),
            worldSize: .random(in: 0...Int(UInt32.max), using: &random),
            host: "nœud-\(Int.random(in: 0...9, using: &random))",
            processID: .random(in: .min ... .max, using: &random)
        )
    }
}

extension ResultStatus {
    static func random(_ random: inout SeededGenerator) -> ResultStatus {
        [.trivialValue, .cborValue, .failure].randomElement(using: &random) ?? .failure
    }
}

extension ShareFrame {
    /// Returns a frame with a value in CBOR.
    static func write(value: SharedValueID, bytes: [UInt8]) -> FrameBuffer {
        bytes.withUnsafeBytes { write(value: value, .cbor, content: $0) }
    }
}
