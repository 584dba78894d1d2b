import MPIFutures

extension Behaviour {
    static let sharing = [
        Behaviour(.sharedData, "a shared value is seen by every call") { context in
            try context.with { executor in
                let table = (0..<50_000).map { Double($0) / 2 }
                let shared = try executor.broadcast(table)
                try expect(try shared.value == table, "the value in the master")
                let results = try executor.map({ LookUp(table: shared, index: $0) }, 0..<500).array()
                try expectEqual(results, (0..<500).map { Double($0) / 2 })
            }
        },
        Behaviour(.sharedData, "a shared value outlives its last handle for the calls that were made with it") {
            context in
            try context.blocked { executor, gate in
                var futures: [Future<Double>] = []
                do {
                    let shared = try executor.broadcast([0.5, 1.5, 2.5])
                    futures = try (0..<3).map { try executor.submit(LookUp(table: shared, index: $0)) }
                }
                gate.open()
                try expectEqual(try futures.map { try $0.result() }, [0.5, 1.5, 2.5])
            }
        },
        Behaviour(.sharedData, "a shared value is decoded once on each worker, and dropped with its last handle") {
            context in
            let journal = context.scratch.journal()
            try context.with { executor in
                try executor.bootup()
                do {
                    let shared = try executor.broadcast(Counted(journal: journal))
                    _ = try executor.map({ UseCounted(counted: shared, number: $0) }, 0..<200, chunkSize: 1).array()
                    let decoded = journal.lines.filter { $0 == "decoded" }.count
                    try expect((1...executor.workerCount).contains(decoded), "decoded \(decoded) times")
                }
                // Workers hear of it with what is sent to them next.
                try eventually("every copy is dropped") {
                    _ = try executor.map(Square.init, 0..<20, chunkSize: 1).array()
                    let lines = journal.lines
                    return lines.filter { $0 == "decoded" }.count == lines.filter { $0 == "dropped" }.count
                }
            }
        },
        Behaviour(.sharedData, "ten shared values at once, over several executors", needs: .freeExecutors) { context in
            try inThreads(3) { thread in
                let executor = try context.executor()
                for round in 0..<10 {
                    let shared = try executor.broadcast([Double(thread), Double(round)])
                    let results = try executor.map({ LookUp(table: shared, index: $0 % 2) }, 0..<40).array()
                    try expectEqual(results, (0..<40).map { $0 % 2 == 0 ? Double(thread) : Double(round) })
                }
            }
        },
        Behaviour(.sharedData, "a value that cannot be encoded is not shared") { context in
            try context.with { executor in
                try expectThrow(PlainProblem.self) { try executor.broadcast(Stubborn(.refusesToEncode)) }
                let shared = try executor.broadcast(Stubborn(.refusesToDecode))
                try expectThrow(RemoteError.self) { try executor.submit(UseStubborn(shared: shared)).result() }
                try expectEqual(try executor.submit(Square(2)).result(), 4)
            }
        },
    ]
}

struct LookUp: RemoteCallable {
    var table: Shared<[Double]>
    var index: Int
    func callAsFunction() throws -> Double { try table.value[index] }
}

/// Notes on which occasions it is decoded and dropped.
final class Counted: Codable, Sendable {
    let journal: Journal
    private let isCopy: Bool

    init(journal: Journal) {
        self.journal = journal
        isCopy = false
    }

    deinit { if isCopy { journal.note("dropped") } }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(journal)
    }

    init(from decoder: any Decoder) throws {
        journal = try decoder.singleValueContainer().decode(Journal.self)
        isCopy = true
        journal.note("decoded")
    }
}

struct UseCounted: RemoteCallable {
    var counted: Shared<Counted>
    var number: Int
    func callAsFunction() throws -> Int {
        _ = try counted.value
        return number
    }
}

struct UseStubborn: RemoteCallable {
    var shared: Shared<Stubborn>
    func callAsFunction() throws -> Int {
        _ = try shared.value
        return 0
    }
}
