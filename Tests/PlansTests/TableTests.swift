import Plans
import Testing

/// Dictionaries and sets, whose memory plans read and fill by themselves.
@Suite("Tables by their plans")
struct TableTests {
    private let registry = PlanRegistry.lasting { _ in false }

    private func copy<Value: Codable>(_ value: Value) throws -> Value {
        let coder = try #require(registry.coder(of: Value.self))
        let bytes = try #require(try coder.encode(value, mayHaveArrays: false) { bytes, _ in Array(bytes) })
        return try decode(bytes)
    }

    private func decode<Value: Codable>(_ bytes: [UInt8]) throws -> Value {
        let coder = try #require(registry.coder(of: Value.self))
        return try bytes.withUnsafeBytes { try coder.decode(Value.self, from: $0, outOfBand: []) }
    }

    @Test(
        "Dictionaries and sets of any size are copied by their plans",
        arguments: [0, 1, 2, 3, 47, 48, 49, 96, 97, 5000]
    )
    func sizes(_ size: Int) throws {
        let names = [String: Double](uniqueKeysWithValues: (0..<size).map { ("the name of number \($0)", Double($0)) })
        #expect(try copy(names) == names)
        let numbers = [Int: String](uniqueKeysWithValues: (0..<size).map { ($0 &* 0x9E37, "\($0)") })
        #expect(try copy(numbers) == numbers)
        let nested = [String: [String: Bool]](
            uniqueKeysWithValues: (0..<size / 8).map { ("\($0)", ["yes": true, "no": false]) }
        )
        #expect(try copy(nested) == nested)
        let set = Set((0..<size).map { "\($0) is the number" })
        #expect(try copy(set) == set)
        let bytes = Set((0..<min(size, 256)).map { UInt8($0) })
        #expect(try copy(bytes) == bytes)
    }

    @Test("A dictionary that a plan has made takes and loses entries like any other")
    func changes() throws {
        let values = [String: Int](uniqueKeysWithValues: (0..<1000).map { ("the name of number \($0)", $0) })
        var copy = try copy(values)
        let kept = copy
        for number in 0..<1000 where number % 3 > 0 { copy["the name of number \(number)"] = nil }
        for number in 1000..<3000 { copy["the name of number \(number)"] = number }
        #expect(
            copy
                == values.filter { $0.value % 3 == 0 }.merging((1000..<3000).map { ("the name of number \($0)", $0) }) {
                    $1
                }
        )
        #expect(kept == values)
    }

    /// A key that shares its hash with all others.
    private struct Clashing: Codable, Hashable {
        var name: String
        func hash(into hasher: inout Hasher) {}
    }

    @Test("Keys with the same hash are told apart, and one that occurs twice is an error")
    func clashes() throws {
        let values = [Clashing: Bool](
            uniqueKeysWithValues: (0..<100).map { (Clashing(name: "the name of number \($0)"), $0 % 2 == 0) }
        )
        #expect(try copy(values) == values)
        #expect(try copy(Set(values.keys)) == Set(values.keys))
        #expect(throws: PlanError.self) { try decode([0, 2, 1, 65, 1, 65]) as Set<Clashing> }
        #expect(throws: PlanError.self) { try decode([0, 2, 1, 65, 1, 1, 65, 0]) as [Clashing: Bool] }
        #expect(throws: PlanError.self) { try decode([0, 2, 1, 65, 1, 1, 65, 0]) as [String: Bool] }
        #expect(throws: PlanError.self) { try decode([0, 2, 1, 65, 1, 65]) as Set<String> }
    }

    @Test("A dictionary whose last value is damaged is an error, and its other entries are freed")
    func damage() throws {
        let key = "a key that takes memory"
        var bytes: [UInt8] = [0, 100]
        for number in 0..<100 as Range<UInt8> { bytes += [UInt8(key.utf8.count + 1)] + key.utf8 + [number & 0x7F, 1] }
        #expect((try decode(bytes) as [String: Bool]).count == 100)
        bytes[bytes.count - 1] = 2
        #expect(throws: PlanError.self) { try decode(bytes) as [String: Bool] }
        #expect(throws: PlanError.self) { try decode(Array(bytes.dropLast())) as [String: Bool] }
    }
}
