import CBOR
import Plans
import Support
import Synchronization
import Testing

/// Random values, and random damage to their bytes; a failure names the seed.
@Suite("Values by their plans")
struct RoundTripTests {
    private let registry = PlanRegistry.lasting { _ in false }

    @Test("The runtime describes types as plans expect")
    func runtime() { #expect(PlanRegistry.isRuntimeKnown) }

    @Test("Values by their plans are what they are by way of CBOR", arguments: Shape.all)
    func roundTrip(_ shape: Shape) throws {
        func check<Value: AnyValue>(_ type: Value.Type) throws {
            for seed in 0..<300 as Range<UInt64> {
                var generator = SeededGenerator(seed: seed)
                let value = Value.any(&generator)
                let copy = try registry.copy(value)
                let other = try CBORDecoder().decode(Value.self, from: CBOREncoder().encode(value))
                #expect(copy == value && other == value, "seed \(seed)")
            }
        }
        try check(shape.type)
    }

    @Test("A value whose types have all been seen is walked without CBOR")
    func walked() throws {
        func check<Value: AnyValue>(_ type: Value.Type) throws {
            var generator = SeededGenerator(seed: 1)
            for _ in 0..<200 { _ = try registry.copy(Value.any(&generator)) }
            let bytes = try #require(try registry.encoded(Value.any(&generator)))
            #expect(bytes.first == 0, "\(type)")
        }
        for shape in Shape.all where shape.type != Stamped.self && shape.type != [Stamped].self {
            if shape.type == Measured.self || shape.type == [Measured].self { continue }
            try check(shape.type)
        }
    }

    @Test("Large arrays of trivial values travel out of band")
    func outOfBand() throws {
        struct Field: Codable, Equatable {
            var name: String
            var points: [Point]
            var numbers: [Double]
            var optionals: [Int?]
            var colours: [Colour]
        }
        let field = Field(
            name: "field",
            points: (0..<5000).map { Point(x: Double($0), y: 1, z: 2) },
            numbers: (0..<10000).map { Double($0) },
            optionals: (0..<10000).map { $0 % 3 == 0 ? nil : $0 },
            colours: (0..<100_000).map { Colour.allCases[$0 % 5] }
        )
        _ = try registry.encoded(field)
        let coder = try #require(registry.coder(of: Field.self))
        let decoded = try coder.encode(field, mayHaveArrays: true) { bytes, arrays in
            #expect(bytes.count < 100)
            #expect(arrays.count == 4)
            // As over a transport: other memory with the same bytes.
            let received = try arrays.map { array in
                let copy = try #require(NumberArray.make(code: array.code, byteCount: array.bytes.count))
                copy.bytes.copyMemory(from: UnsafeRawBufferPointer(array.bytes))
                return copy
            }
            return try coder.decode(Field.self, from: bytes, outOfBand: received)
        }
        #expect(decoded == field)
    }

    @Test("Planned values nested too deeply are an error in both directions")
    func depth() throws {
        var tree = Tree(name: "leaf", children: [])
        for _ in 0..<2000 { tree = Tree(name: "", children: [tree]) }
        #expect(throws: CBORError.self) { try registry.encoded(tree) }
        var small = Tree(name: "a", children: [Tree(name: "b", children: [])])
        _ = try registry.encoded(small)
        small.name = ""
        // A head without leaves, then trees with a name of no bytes and one child each.
        let bytes: [UInt8] = [0] + [UInt8](repeating: 0, count: 0) + (0..<100_000).flatMap { _ in [0, 2] as [UInt8] }
        #expect(throws: CBORError.self) { try registry.decoded(Tree.self, bytes) }
    }
}

struct NoPlan: Error {}

extension PlanRegistry {
    private static let all = Mutex<[PlanRegistry]>([])

    /// Returns a registry that is never freed, as that of a process is not: its plans refer to each other.
    static func lasting(refuses: @escaping @Sendable (Any.Type) -> Bool) -> PlanRegistry {
        let registry = PlanRegistry(refuses: refuses)
        all.withLock { $0.append(registry) }
        return registry
    }

    /// Returns the encoding of a value; nil if it has to travel as CBOR.
    func encoded<Value>(_ value: Value) throws -> [UInt8]? {
        guard let coder = coder(of: Value.self) else { return nil }
        return try coder.encode(value, mayHaveArrays: false) { bytes, _ in Array(bytes) }
    }

    func decoded<Value>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        guard let coder = coder(of: Value.self) else { throw NoPlan() }
        return try bytes.withUnsafeBytes { try coder.decode(type, from: $0, outOfBand: []) }
    }

    /// Returns the value that arrives, by its plan or as CBOR.
    func copy<Value: Codable>(_ value: Value) throws -> Value {
        guard let bytes = try encoded(value) else {
            return try CBORDecoder().decode(Value.self, from: CBOREncoder().encode(value))
        }
        return try decoded(Value.self, bytes)
    }
}
