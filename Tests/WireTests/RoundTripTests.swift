import Identities
import Support
import Testing
import Wire

@Suite("A frame arrives as it was sent")
struct RoundTripTests {
    @Test("A frame of tasks arrives as it was sent")
    func tasks() throws {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let (records, definitions) = (Frames.records(&random), Frames.definitions(&random))
            let buffer = Frames.tasks(records, definitions: definitions, &random)
            guard case .tasks(let tasks) = try MasterFrame(parsing: buffer) else {
                Issue.record("seed \(random.seed): not a frame of tasks")
                return
            }
            #expect(tasks.definitions == definitions, "seed \(random.seed)")
            #expect(tasks.count == records.count, "seed \(random.seed)")
            #expect(try Reading.master(buffer) == records, "seed \(random.seed)")
        }
    }

    @Test("The header of a frame of tasks arrives as it was sent")
    func header() throws {
        let buffer = TaskFrame.begin(executor: 77, sequence: 0xffff_fffe, definitions: 0..<0, of: [], capacity: 0)
        guard case .tasks(let tasks) = try MasterFrame(parsing: buffer) else {
            Issue.record("not a frame of tasks")
            return
        }
        #expect(tasks.executor == 77)
        #expect(tasks.sequence == 0xffff_fffe)
        #expect(tasks.count == 0)
    }

    @Test("The opening of an executor arrives as it was sent, with and without an initializer")
    func open() throws {
        let definitions = ["a", "b", "c"].map { CallableDefinition(name: $0, encoding: .cbor) }
        let record = FrameBuffer(capacity: 8)
        [UInt8](1...9).withUnsafeBytes { record.append(callable: 2, arguments: $0) }
        let globals: [String: [UInt8]] = ["": [1], "größe": [], "x": Array(repeating: 9, count: 1000)]
        for initializer in [record.bytes, nil] {
            let buffer = OpenFrame.write(
                executor: 4,
                definitions: 1..<3,
                of: definitions,
                globals: globals,
                initializer: initializer
            )
            guard case .open(let open) = try MasterFrame(parsing: buffer) else {
                Issue.record("not the opening of an executor")
                return
            }
            #expect(open.executor == 4)
            #expect(open.definitions == Array(definitions[1..<3]))
            #expect(open.globals == globals)
            #expect(open.initializer.map { Array(buffer.bytes[$0]) } == initializer.map { Array($0) })
        }
    }

    @Test("A shared value and the end of its sharing arrive as they were sent", arguments: [0, 1, 100_000])
    func sharing(count: Int) throws {
        let content = [UInt8](repeating: 7, count: count)
        let frame = content.withUnsafeBytes { ShareFrame.write(value: 12, .flat, content: $0) }
        guard case .share(let share) = try MasterFrame(parsing: frame),
            case .unshare(let value) = try MasterFrame(parsing: MasterFrame.unshareFrame(value: SharedValueID(.max)))
        else {
            Issue.record("another frame than was sent")
            return
        }
        #expect(share.value == 12)
        #expect(share.encoding == .flat)
        #expect(share.bytes.map { Array($0) } == content)
        #expect(value == SharedValueID(.max))
    }

    @Test("The place of a shared value in a file arrives as it was sent")
    func sharingByFile() throws {
        let file = FileReference(path: "/proc/1/fd/2", byteCount: .max, device: 3, inode: 4)
        let frame = ShareFrame.write(value: 5, .cbor, file: file)
        guard case .share(let share) = try MasterFrame(parsing: frame), case .file(let reference) = share.content else {
            Issue.record("another frame than was sent")
            return
        }
        #expect(share.value == 5)
        #expect(share.encoding == .cbor)
        #expect(share.bytes == nil)
        #expect(reference == file)
    }

    @Test("The closing of an executor and the goodbyes arrive as they were sent")
    func ends() throws {
        guard case .close(let executor) = try MasterFrame(parsing: MasterFrame.closeFrame(executor: ExecutorID(.max))),
            case .goodbye = try MasterFrame(parsing: MasterFrame.goodbyeFrame()),
            case .goodbye = try WorkerFrame(parsing: WorkerFrame.goodbyeFrame())
        else {
            Issue.record("another frame than was sent")
            return
        }
        #expect(executor == ExecutorID(.max))
    }

    @Test("The lines of a task arrive as they were sent", arguments: [StandardStream.output, .errors])
    func output(stream: StandardStream) throws {
        let lines: [UInt8] = Array("ä\n\n".utf8)
        let frame = lines.withUnsafeBytes { WorkerFrame.outputFrame(stream, $0) }
        guard case .output(stream, let range) = try WorkerFrame(parsing: frame) else {
            Issue.record("another frame than was sent")
            return
        }
        #expect(Array(frame.bytes[range]) == lines)
    }

    @Test("A worker's report arrives as it was sent")
    func ready() throws {
        var random = SeededGenerator()
        let sent = Frames.identity(&random)
        guard case .ready(let identity) = try WorkerFrame(parsing: WorkerFrame.readyFrame(sent)) else {
            Issue.record("not a report")
            return
        }
        #expect(identity == sent, "seed \(random.seed)")
    }

    @Test(
        "A report on the initializer arrives as it was sent",
        arguments: [nil, [1], Array(repeating: 7, count: 1000)] as [[UInt8]?]
    )
    func opened(failure: [UInt8]?) throws {
        let buffer = WorkerFrame.openedFrame(executor: 9, failure: failure)
        guard case .opened(let executor, let range) = try WorkerFrame(parsing: buffer) else {
            Issue.record("not a report on an initializer")
            return
        }
        #expect(executor == 9)
        #expect(range.map { Array(buffer.bytes[$0]) } == failure)
    }

    @Test("A frame of results arrives as it was sent")
    func results() throws {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let sent = Frames.records(&random).map { (ResultStatus.random(&random), $0.arguments) }
            let buffer = Frames.results(sent, &random)
            guard case .results(let results) = try WorkerFrame(parsing: buffer) else {
                Issue.record("seed \(random.seed): not a frame of results")
                return
            }
            #expect(results.first == 7)
            #expect(results.count == sent.count, "seed \(random.seed)")
            let records = try Reading.worker(buffer)
            #expect(records.map(\.status) == sent.map(\.0), "seed \(random.seed)")
            #expect(records.map(\.bytes) == sent.map(\.1), "seed \(random.seed)")
        }
    }
}
