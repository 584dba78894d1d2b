// Nanoseconds of the processor's time for each part of a value, encoded and decoded by its plan: the least of several
// rounds. It is the time of the process, so other processes change it little.

import CBOR
import Glibc
import Plans

private struct Row: Codable {
    var index: Int
    var weight: Double
    var name: String
}

@main struct PlansBenchmark {
    private static let rounds = 21
    private static let registry = PlanRegistry { _ in false }

    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    private static func measure<Value: Codable>(_ name: String, _ value: Value, parts: Int) throws {
        guard let coder = registry.coder(of: Value.self) else { return print(name, "has no plan") }
        var best = (encoding: Double.infinity, decoding: Double.infinity)
        for _ in 0..<rounds {
            var (bytes, arrays): ([UInt8], [NumberArray]) = ([], [])
            let began = processorTime
            var encoded = began
            _ = try coder.encode(value, mayHaveArrays: false) {
                encoded = processorTime
                (bytes, arrays) = (Array($0), $1)
            }
            let read = processorTime
            let copy = try bytes.withUnsafeBytes { try coder.decode(Value.self, from: $0, outOfBand: arrays) }
            best.decoding = min(best.decoding, processorTime - read)
            best.encoding = min(best.encoding, encoded - began)
            withExtendedLifetime(copy) {}
        }
        func perPart(_ time: Double) -> Double { (time / Double(parts) * 10).rounded() / 10 }
        print("\(name): encode \(perPart(best.encoding)) ns, decode \(perPart(best.decoding)) ns")
    }

    static func main() throws {
        let numbers = 0..<100_000
        let count = numbers.count
        try measure("Int?", numbers.map { $0 % 3 == 0 ? nil : $0 as Int? }, parts: count)
        try measure("{Int, Double, String}", numbers.map { Row(index: $0, weight: 1, name: "row \($0)") }, parts: count)
        try measure("String", numbers.map { "some text, number \($0)" }, parts: count)
        try measure(
            "[String: Double]",
            Dictionary(uniqueKeysWithValues: numbers.map { ("key number \($0)", Double($0)) }),
            parts: count
        )
        try measure("[Int: Double]", Dictionary(uniqueKeysWithValues: numbers.map { ($0 * 77, 1.0) }), parts: count)
        try measure("Set<String>", Set(numbers.map { "key number \($0)" }), parts: count)
    }
}
