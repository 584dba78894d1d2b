import Plans
import Support
import Testing

/// Run under the address sanitizer too: `make sanitize SANITIZER=address`.
@Suite("Damaged values")
struct DamageTests {
    private let registry = PlanRegistry.lasting { _ in false }

    @Test("Damaged bytes of a planned value are an error or a sound value", arguments: Shape.all)
    func damage(_ shape: Shape) throws {
        func check<Value: AnyValue>(_ type: Value.Type) throws {
            var generator = SeededGenerator()
            var errors = 0
            for round in 0..<20 {
                let value = Value.any(&generator)
                guard let bytes = try registry.encoded(value) else { continue }
                for _ in 0..<50 {
                    let damaged = generator.damaged(bytes)
                    do {
                        let value = try registry.decoded(Value.self, damaged)
                        // What is read can be used: compared, hashed, written again and freed.
                        _ = value == value
                        _ = try registry.encoded(value)
                    } catch { errors += 1 }
                }
                if round == 0 { try cutShort(value, bytes) }
            }
            #expect(errors > 0 || Value.self == Int.self, "seed \(generator.seed)")
        }
        func cutShort<Value: AnyValue>(_ value: Value, _ bytes: [UInt8]) throws {
            for count in 0..<bytes.count {
                #expect(throws: (any Error).self) { try registry.decoded(Value.self, Array(bytes[..<count])) }
            }
            #expect(throws: PlanError.self) { try registry.decoded(Value.self, bytes + [0]) }
        }
        try check(shape.type)
    }

    @Test("In a planned value, a Boolean, an enum and an optional take only their own bytes")
    func constraints() throws {
        _ = try registry.encoded([true])
        #expect(throws: PlanError.self) { try registry.decoded([Bool].self, [0, 2, 2]) }
        _ = try registry.encoded(Colour.allCases)
        #expect(try registry.decoded([Colour].self, [0, 2, 4]) == [.black])
        #expect(throws: PlanError.self) { try registry.decoded([Colour].self, [0, 2, 5]) }
        #expect(throws: PlanError.self) { try registry.decoded([UInt8?].self, [0, 2, 7, 2]) }
        #expect(try registry.decoded([UInt8?].self, [0, 2, 7, 0]) == [7])
        #expect(try registry.decoded([UInt8?].self, [0, 2, 0, 1]) == [nil])
        // The runtime would take this for neither a value nor nil.
        #expect(throws: PlanError.self) { try registry.decoded([UInt8?].self, [0, 2, 7, 1]) }
        #expect(throws: PlanError.self) { try registry.decoded(Event.self, [0, 9]) }
    }

    @Test("In a planned value, a count beyond the bytes allocates nothing")
    func counts() {
        let huge: [UInt8] = [0] + [UInt8](repeating: 0xFF, count: 8) + [0x7F]
        for type: any AnyValue.Type in [[Int].self, [Row].self, [String: Int].self, Set<Int>.self, String.self] {
            func check<Value: AnyValue>(_ type: Value.Type) {
                #expect(throws: PlanError.self) { try registry.decoded(type, huge) }
            }
            check(type)
        }
    }

    @Test("In a planned value, a key that occurs twice is an error")
    func duplicates() throws {
        #expect(throws: PlanError.self) { try registry.decoded([UInt8: UInt8].self, [0, 2, 1, 1, 1, 2]) }
        #expect(throws: PlanError.self) { try registry.decoded(Set<UInt8>.self, [0, 2, 1, 1]) }
    }
}

extension SeededGenerator {
    /// Returns bytes of which some are changed, left out or added.
    fileprivate mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let index = Int.random(in: 0...bytes.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0 where index < bytes.count: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1 where index < bytes.count: bytes.remove(at: index)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &self), at: index)
            case 3: bytes.removeLast(bytes.count - index)
            case 4 where index < bytes.count:
                bytes[index] = [0, 1, 2, 0x7F, 0x80, 0xFF].randomElement(using: &self) ?? 0
            default: break
            }
        }
        return bytes
    }
}
