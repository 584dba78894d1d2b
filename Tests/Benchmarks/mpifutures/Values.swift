// Structured values, there and back: many at once, and each in a call of its own.

import MPIFutures

struct Point: Codable, Equatable, Sendable { var x, y, z: Double }

struct Row: Codable, Equatable, Sendable {
    var index: Int
    var weight: Double
    var name: String
}

enum Event: Codable, Equatable, Sendable {
    case started(at: Double)
    case moved(Point, by: Int)
    case ended
}

/// A value whose conformance is written by hand.
struct HandWritten: Codable, Equatable, Sendable {
    var index: Int
    var weight: Double
    var name: String

    init(index: Int, weight: Double, name: String) { (self.index, self.weight, self.name) = (index, weight, name) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        index = try container.decodeIfPresent(Int.self, forKey: .index) ?? 0
        weight = try container.decode(Double.self, forKey: .weight)
        name = try container.decode(String.self, forKey: .name)
    }
}

struct Echo<Value: Codable & Sendable>: RemoteCallable {
    var value: Value
    init(_ value: Value) { self.value = value }
    func callAsFunction() -> Value { value }
}

enum Values {
    /// Each kind's name, and how one value is made.
    static let kinds: [String: (_ many: Bool, MPIPoolExecutor, Int) throws -> Void] = [
        "points": kind { Point(x: Double($0), y: 1, z: -2) },
        "rows": kind { Row(index: $0, weight: Double($0) / 3, name: "row \($0)") },
        "by-hand": kind { HandWritten(index: $0, weight: Double($0) / 3, name: "row \($0)") },
        "optionals": kind { $0 % 3 == 0 ? nil : $0 as Int? },
        "texts": kind { "some text, number \($0)" },
        "events": kind {
            [Event.started(at: Double($0)), .moved(Point(x: 1, y: 2, z: Double($0)), by: $0), .ended][$0 % 3]
        },
        "dictionaries": kind { ["first": $0, "second": $0 + 1, "third": $0 + 2] },
        "lists": kind { index in (0..<10).map { index + $0 } },
        "matrix": { _, executor, count in
            let row = (0..<count).map { Double($0) }
            try echo([[Double]](repeating: row, count: count), executor, pieces: count * count)
        },
        "by-name": { _, executor, count in
            let pairs = (0..<count).map { ("key number \($0)", Double($0)) }
            try echo(Dictionary(uniqueKeysWithValues: pairs), executor, pieces: count)
        },
    ]

    private static func kind<Value: Codable & Equatable & Sendable>(
        _ make: @escaping (Int) -> Value
    ) -> (Bool, MPIPoolExecutor, Int) throws -> Void {
        { isMany, executor, count in
            let values = (0..<count).map(make)
            if isMany { try echo(values, executor, pieces: count) } else { try map(values, executor) }
        }
    }

    /// All values in one call.
    private static func echo<Value: Codable & Equatable & Sendable>(
        _ value: Value,
        _ executor: MPIPoolExecutor,
        pieces: Int
    ) throws {
        try check(executor.submit(Echo(value)).result() == value)
        let times = try (0..<7).map { _ in try seconds { _ = try executor.submit(Echo(value)).result() } }
        report("rate", Double(pieces) / median(times))
    }

    /// A call for each value.
    private static func map<Value: Codable & Equatable & Sendable>(
        _ values: [Value],
        _ executor: MPIPoolExecutor
    ) throws {
        try check(executor.map(Echo.init, values).array() == values)
        let times = try (0..<5).map { _ in try seconds { _ = try executor.map(Echo.init, values).array() } }
        report("rate", Double(values.count) / median(times))
    }
}
