// Nanoseconds per encoding and decoding, and gigabytes a second of a numeric array. `run` compiles this file together
// with the codec; Foundation's JSON coders are measured beside it as something to compare with.

import Foundation

struct Small: Codable {
    var id: Int
    var width: Int
    var height: Int
    var name: String
}

struct Nested: Codable {
    enum State: Codable {
        case idle
        case busy(task: Int, note: String?)
    }
    var small: [Small]
    var state: State
    var weights: [Double]
    var limit: Int?
    var labels: [String: Int]
}

/// The least nanoseconds of several rounds that one call of `body` took.
func nanoseconds(_ calls: Int, _ body: () throws -> Void) rethrows -> Double {
    var best = Duration.seconds(3600)
    for _ in 0..<7 {
        let time = try ContinuousClock().measure {
            for _ in 0..<calls { try body() }
        }
        best = min(best, time)
    }
    return Double(best.components.attoseconds) / 1e9 / Double(calls) + Double(best.components.seconds) * 1e9
        / Double(calls)
}

/// Keeps the optimiser from dropping what made a value.
@inline(never)
func use<T>(_ value: T) {
    withExtendedLifetime(value) {}
}

func row(_ name: String, _ bytes: Int, encode: Double, decode: Double) {
    func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
    print(
        name.padding(toLength: 34, withPad: " ", startingAt: 0),
        pad("\(bytes)", 10),
        pad("\(Int(encode))", 12),
        pad("\(Int(decode))", 12)
    )
}

func measure<T: Codable>(_ name: String, _ value: T, calls: Int, againstJSON: Bool = true) throws {
    let encoder = CBOREncoder()
    let decoder = CBORDecoder()
    let encoding = try encoder.encode(value)
    var buffer: [UInt8] = []
    let encode = try nanoseconds(calls) {
        buffer.removeAll(keepingCapacity: true)
        try encoder.encode(value, appendingTo: &buffer)
    }
    let decode = try nanoseconds(calls) { use(try decoder.decode(T.self, from: encoding)) }
    row(name, encoding.count, encode: encode, decode: decode)
    guard againstJSON else { return }
    let json = try JSONEncoder().encode(value)
    let jsonEncoder = JSONEncoder()
    let jsonDecoder = JSONDecoder()
    row(
        "  JSON (Foundation)",
        json.count,
        encode: try nanoseconds(max(1, calls / 10)) { use(try jsonEncoder.encode(value)) },
        decode: try nanoseconds(max(1, calls / 10)) { use(try jsonDecoder.decode(T.self, from: json)) }
    )
}

@main
struct CBORBenchmark {
    static func main() throws {
        print("value                                   bytes    encode/ns    decode/ns")
        let small = Small(id: 1, width: 1280, height: 960, name: "a short name")
        try measure("Int", 42, calls: 100_000)
        try measure("struct of 3 Int, 1 String", small, calls: 100_000)
        let nested = Nested(
            small: Array(repeating: small, count: 4),
            state: .busy(task: 7, note: nil),
            weights: [1, 2, 3],
            limit: nil,
            labels: ["a": 1, "b": 2]
        )
        try measure("nested struct", nested, calls: 20_000)
        try measure("[struct] of 1000", Array(repeating: small, count: 1000), calls: 100)
        try measure("[String] of 1000", (0..<1000).map { "string \($0)" }, calls: 200)
        try measure("[[Int]] 100 x 10", Array(repeating: Array(0..<10), count: 100), calls: 1000)
        try measure(
            "[Int: String] of 1000",
            Dictionary(uniqueKeysWithValues: (0..<1000).map { ($0, "\($0)") }),
            calls: 50
        )
        for count in [16, 1024, 1 << 20, 1 << 24] {
            let numbers = (0..<count).map(Double.init)
            let encoder = CBOREncoder()
            let encoding = try encoder.encode(numbers)
            let calls = max(1, (1 << 22) / count)
            var buffer: [UInt8] = []
            let encode = try nanoseconds(calls) {
                buffer.removeAll(keepingCapacity: true)
                try encoder.encode(numbers, appendingTo: &buffer)
            }
            let decode = try nanoseconds(calls) { use(try CBORDecoder().decode([Double].self, from: encoding)) }
            row("[Double] of \(count)", encoding.count, encode: encode, decode: decode)
            let size = Double(8 * count)
            let rates = [size / encode, size / decode].map { String(format: "%12.1f", $0) }
            print("  GB/s".padding(toLength: 45, withPad: " ", startingAt: 0), rates[0], rates[1])
        }
    }
}
