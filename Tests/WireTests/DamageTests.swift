import Identities
import Support
import Testing
import Wire

/// Reading a frame beyond its end or its rules would crash the test, so that nothing crashes is part of what each says.
@Suite("A damaged frame", .hangGuarded)
struct DamageTests {
    @Test("A damaged frame that ends too early is refused")
    func truncation() throws {
        var random = SeededGenerator()
        for _ in 0..<10 {
            for frame in Frames.ofMaster(&random) {
                let (bytes, whole) = (Frames.bytes(frame), try Reading.master(frame))
                for length in 0..<bytes.count {
                    let read = try? Reading.master(Frames.frame(Array(bytes[..<length])))
                    #expect(read != whole || length >= 8, "seed \(random.seed): \(length) bytes of \(bytes)")
                }
            }
            for frame in Frames.ofWorker(&random) {
                let bytes = Frames.bytes(frame)
                for length in 0..<8 {
                    #expect(throws: WireError.self, "seed \(random.seed): \(length) bytes of \(bytes)") {
                        try Reading.worker(Frames.frame(Array(bytes[..<length])))
                    }
                }
                for length in 8..<max(8, bytes.count) { _ = try? Reading.worker(Frames.frame(Array(bytes[..<length]))) }
            }
        }
    }

    @Test("A damaged frame of tasks or results that lacks any of its last bytes is refused")
    func truncatedRecords() {
        var random = SeededGenerator()
        for _ in 0..<20 {
            var records = Frames.records(&random)
            records.append(Frames.Record(callable: 1, arguments: [1, 2, 3]))
            let tasks = Frames.bytes(Frames.tasks(records, definitions: Frames.definitions(&random), &random))
            let results = Frames.bytes(Frames.results(records.map { (.cborValue, $0.arguments) }, &random))
            for length in tasks.indices {
                #expect(throws: WireError.self, "seed \(random.seed): \(length) bytes of \(tasks)") {
                    try Reading.master(Frames.frame(Array(tasks[..<length])))
                }
            }
            for length in results.indices {
                #expect(throws: WireError.self, "seed \(random.seed): \(length) bytes of \(results)") {
                    try Reading.worker(Frames.frame(Array(results[..<length])))
                }
            }
        }
    }

    @Test("A damaged frame with changed bytes is refused or read, without harm")
    func corruption() {
        var random = SeededGenerator()
        var (refused, readable) = (0, 0)
        for _ in 0..<400 {
            let frames = Frames.ofMaster(&random) + Frames.ofWorker(&random)
            for frame in frames {
                var bytes = Frames.bytes(frame)
                for _ in 0...Int.random(in: 0...3, using: &random) {
                    let value = [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0 ... .max, using: &random)]
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = value.randomElement(using: &random) ?? 0
                }
                let damaged = Frames.frame(bytes)
                if (try? Reading.master(damaged)) == nil { refused += 1 } else { readable += 1 }
                if (try? Reading.worker(damaged)) == nil { refused += 1 } else { readable += 1 }
            }
        }
        #expect(refused > 0 && readable > 0, "seed \(random.seed)")
    }

    @Test("A damaged frame of random bytes is refused or read, without harm")
    func noise() {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...60, using: &random)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
            if count > 0 { bytes[0] = [1, 2, 3, 4, 5, 6, 129, 130, 131, 132].randomElement(using: &random) ?? 0 }
            _ = try? Reading.master(Frames.frame(bytes))
            _ = try? Reading.worker(Frames.frame(bytes))
        }
    }

    @Test("A damaged frame of an unknown kind is refused", arguments: [UInt8](0...255))
    func kinds(kind: UInt8) {
        let bytes = [kind] + [UInt8](repeating: 0, count: 40)
        if !(1...6).contains(kind) {
            #expect(throws: WireError.self) { try MasterFrame(parsing: Frames.frame(bytes)) }
        }
        if !(129...132).contains(kind) {
            #expect(throws: WireError.self) { try WorkerFrame(parsing: Frames.frame(bytes)) }
        }
    }

    @Test("A damaged frame that promises more than it holds makes no reader allocate for it")
    func promises() {
        let tasks = TaskFrame.begin(executor: 1, sequence: 1, definitions: 0..<0, of: [], capacity: 0)
        TaskFrame.setCount(Int(UInt32.max), in: tasks)
        #expect(throws: WireError.self) { try MasterFrame(parsing: tasks) }

        let results = ResultFrame.begin(sequence: 1, first: 0, capacity: 0)
        ResultFrame.finish(results, count: Int(UInt32.max), nanoseconds: 0)
        #expect(throws: WireError.self) { try WorkerFrame(parsing: results) }

        let definitions = FrameBuffer(capacity: 0)
        definitions.append(varint: 1 << 62)
        #expect(throws: WireError.self) {
            var reader = FrameReader(definitions.bytes)
            return try reader.definitions()
        }
    }
}
