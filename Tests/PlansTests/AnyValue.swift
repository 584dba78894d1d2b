import Foundation
import Support

/// A type of which tests make random values.
protocol AnyValue: Codable, Equatable, Sendable {
    static func any(_ generator: inout SeededGenerator) -> Self
}

extension FixedWidthInteger {
    static func any(_ generator: inout SeededGenerator) -> Self {
        // All lengths in bits are equally frequent.
        Self(truncatingIfNeeded: generator.next() >> UInt64.random(in: 0..<64, using: &generator))
    }
}

extension Int: AnyValue {}
extension Int8: AnyValue {}
extension Int16: AnyValue {}
extension Int32: AnyValue {}
extension UInt8: AnyValue {}
extension UInt16: AnyValue {}
extension UInt64: AnyValue {}
extension Int128: AnyValue {}

extension Bool: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> Bool { .random(using: &generator) }
}

extension Double: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> Double {
        [0, -0.0, .infinity, 1.5, Double(Int32.any(&generator)) / 256].randomElement(using: &generator) ?? 0
    }
}

extension Float: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> Float { Float(Int16.any(&generator)) / 16 }
}

extension String: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> String {
        let alphabet = ["a", "Z", "\0", "é", "水", "𐅑", "e\u{301}", "a longer piece of text "]
        return (0..<Int.random(in: 0...6, using: &generator)).reduce(into: "") { text, _ in
            text += alphabet.randomElement(using: &generator) ?? ""
        }
    }
}

extension Optional: AnyValue where Wrapped: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> Wrapped? {
        Bool.random(using: &generator) ? nil : .some(.any(&generator))
    }
}

extension Array: AnyValue where Element: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> [Element] {
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in .any(&generator) }
    }
}

extension Dictionary: AnyValue where Key: AnyValue, Value: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> [Key: Value] {
        Dictionary([(Key, Value)](count: 5, &generator) { (.any(&$0), .any(&$0)) }) { $1 }
    }
}

extension Set: AnyValue where Element: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> Set<Element> { Set([Element].any(&generator)) }
}

extension Array {
    fileprivate init(
        count: Int,
        _ generator: inout SeededGenerator,
        _ make: (inout SeededGenerator) -> Element
    ) {
        self = []
        for _ in 0..<Int.random(in: 0...count, using: &generator) { append(make(&generator)) }
    }
}

extension Date: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> Date {
        Date(timeIntervalSinceReferenceDate: Double(Int32.any(&generator)) / 8)
    }
}

extension UUID: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> UUID {
        var (high, low) = (generator.next(), generator.next())
        return withUnsafeBytes(of: &high) { high in
            withUnsafeBytes(of: &low) { low in
                NSUUID(uuidBytes: Array(high) + Array(low)) as UUID
            }
        }
    }
}

extension Data: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> Data {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...60, using: &generator) { bytes.append(.any(&generator)) }
        // A slice does not begin at its first byte.
        return Bool.random(using: &generator) ? Data(bytes) : Data(bytes + bytes)[bytes.count...]
    }
}

extension URL: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> URL {
        URL(string: "https://example.org/\(UInt8.any(&generator))") ?? URL(fileURLWithPath: "/")
    }
}
