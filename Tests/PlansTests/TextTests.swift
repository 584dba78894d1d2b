import Plans
import Testing

@Suite("Texts and optionals by their plans")
struct TextTests {
    private let registry = PlanRegistry.lasting { _ in false }

    private func decode<Value: Codable>(_ bytes: [UInt8]) throws -> Value {
        let coder = try #require(registry.coder(of: Value.self))
        return try bytes.withUnsafeBytes { try coder.decode(Value.self, from: $0, outOfBand: []) }
    }

    @Test("A text of any length is read as it is, and a byte in it that is not UTF-8 is an error", arguments: 0..<40)
    func texts(_ count: Int) throws {
        for character in ["a", "é", "€", "🙂"] {
            let text = String(repeating: "x", count: count) + character
            let coder = try #require(registry.coder(of: [String].self))
            let bytes = try #require(try coder.encode([text, ""], mayHaveArrays: false) { bytes, _ in Array(bytes) })
            #expect(try decode(bytes) as [String] == [text, ""])
            for position in 0...count {
                var damaged = bytes
                damaged[3 + position] = 0xFF
                #expect(throws: PlanError.self) { try decode(damaged) as [String] }
            }
        }
    }

    @Test("Wherever an array of optionals or of truth values has a wrong byte, it is an error")
    func wrongBytes() throws {
        for position in 0..<20 {
            var flags = [UInt8](repeating: 1, count: 20)
            flags[position] = 2
            #expect(throws: PlanError.self) { try decode([0, 40] + flags) as [Bool] }
            // A number of 8 bytes, whether it is missing, and 7 bytes up to the next number.
            var numbers = [UInt8](repeating: 0, count: 20 * 16)
            for index in 0..<20 { numbers[index * 16 + 8] = UInt8(index % 2) }
            #expect(try (decode([0, 40] + numbers) as [Int?]) == (0..<20).map { $0 % 2 == 0 ? 0 : nil })
            var damaged = numbers
            damaged[position * 16 + 8] = 2
            #expect(throws: PlanError.self) { try decode([0, 40] + damaged) as [Int?] }
            damaged = numbers
            damaged[position * 16 + 3] = 1
            if position % 2 == 0 {
                #expect(try (decode([0, 40] + damaged) as [Int?])[position] == 1 << 24)
            } else {
                #expect(throws: PlanError.self) { try decode([0, 40] + damaged) as [Int?] }
            }
        }
    }
}
