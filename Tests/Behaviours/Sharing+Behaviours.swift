import Glibc
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
        Behaviour(.sharedData, "a shared array is read where it is, small or large, of numbers or of structs") {
            context in
            try context.with { executor in
                for count in [0, 1, 3000, 200_000] {
                    let numbers = (0..<count).map { Double($0) }
                    let shared = try executor.broadcast(numbers)
                    try expectEqual(try shared.withSpan { $0.count }, count)
                    let places =
                        (0..<40).map { Place(x: Int32($0), y: Float($0) / 2) }
                        + Array(
                            repeating: Place(x: 1, y: 2),
                            count: count
                        )
                    let calls = try (0..<20).map { index in
                        SumOfSpans(numbers: shared, places: try executor.broadcast(places), index: index)
                    }
                    let sum = numbers.reduce(0, +)
                    try expectEqual(
                        try executor.map(calls).array(),
                        (0..<20).map { [sum, Double($0), Double($0) / 2, Double(places.count)] }
                    )
                }
            }
        },
        Behaviour(.sharedData, "a large shared value of any kind is decoded on each worker") { context in
            try context.with { executor in
                let texts = (0..<20_000).map { "text \($0)" }
                let shared = try executor.broadcast(texts)
                let results = try executor.map({ TextAt(texts: shared, index: $0) }, 0..<40).array()
                try expectEqual(results, Array(texts[..<40]))
            }
        },
        Behaviour(.sharedData, "a call that writes to a shared array fails alone", needs: .isolation) { context in
            try context.with(options: ExecutorOptions(isolation: .on)) { executor in
                let shared = try executor.broadcast((0..<100_000).map { Double($0) })
                let future = try executor.submit(Scribble(numbers: shared))
                let error = try future.error() as? RemoteError
                try expect(
                    error?.end == .killed(signal: Int(SIGSEGV)),
                    "\(error as Any) is a violation of memory protection"
                )
                try expectEqual(try executor.submit(LookUp(table: shared, index: 5)).result(), 5)
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

struct Place: BitwiseCodable, BitwiseCopyable {
    var x: Int32
    var y: Float
}

/// Reads shared arrays without copies of them.
struct SumOfSpans: RemoteCallable {
    var numbers: Shared<[Double]>
    var places: Shared<[Place]>
    var index: Int
    func callAsFunction() throws -> [Double] {
        let sum = try numbers.withSpan { span in span.indices.reduce(0) { $0 + span[$1] } }
        return try places.withSpan { [sum, Double($0[index].x), Double($0[index].y), Double($0.count)] }
    }
}

/// Does what no call may do: writes to an array that others read.
struct Scribble: RemoteAction {
    var numbers: Shared<[Double]>
    func callAsFunction() throws {
        try numbers.withSpan { span in
            span.withUnsafeBufferPointer { UnsafeMutablePointer(mutating: $0.baseAddress)?[5] = -1 }
        }
    }
}

struct TextAt: RemoteCallable {
    var texts: Shared<[String]>
    var index: Int
    func callAsFunction() throws -> String { try texts.value[index] }
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
