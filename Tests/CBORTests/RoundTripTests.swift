import CBOR
import Testing

/// What goes in comes out, for everything that a task's arguments and results can be.
@Suite("Round trips")
struct RoundTripTests {
    private func check<T: Codable & Equatable>(_ value: T) throws {
        let encoding = try CBOREncoder().encode(value)
        #expect(try CBORDecoder().decode(T.self, from: encoding) == value)
        let deterministic = try CBOREncoder(form: .deterministic).encode(value)
        #expect(try CBORDecoder().decode(T.self, from: deterministic) == value)
        // A property is written by another function than a value by itself.
        let property = Pair(first: value, second: [value])
        #expect(try CBORDecoder().decode(Pair<T, [T]>.self, from: CBOREncoder().encode(property)) == property)
    }

    struct Pair<First: Codable & Equatable, Second: Codable & Equatable>: Codable, Equatable {
        var first: First
        var second: Second
    }

    @Test("Every scalar at its limits")
    func scalars() throws {
        try check(true)
        try check(false)
        func limits<I: FixedWidthInteger & Codable>(_ type: I.Type) throws {
            for value in [I.min, I.max, 0, 1, 23, 24, I.max / 2, I.min / 2] {
                try check(value)
            }
            for shift in 0..<I.bitWidth {
                for value in [1 << shift, (1 << shift) &- 1, ~(1 << shift)] as [I] {
                    try check(value)
                }
            }
        }
        try limits(Int.self)
        try limits(Int8.self)
        try limits(Int16.self)
        try limits(Int32.self)
        try limits(Int64.self)
        try limits(UInt.self)
        try limits(UInt8.self)
        try limits(UInt16.self)
        try limits(UInt32.self)
        try limits(UInt64.self)
    }

    @Test("Floating-point numbers, bit by bit")
    func floats() throws {
        let doubles: [Double] = [
            0, -0.0, 1, -1.5, .pi, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
            .leastNormalMagnitude, 0x1p-24, 0x1p-25, 65504, 65520, 0x1p-149, 0x1p-150, .nan, -.nan, .signalingNaN,
            Double(bitPattern: 0x7FF8_DEAD_BEEF_0001), Double(bitPattern: 0xFFF0_0000_0000_0001),
            Double(bitPattern: 0x7FF0_0400_0000_0000), Double(bitPattern: 0x7FF8_0000_2000_0000),
        ]
        for form in [CBOREncoder.Form.fast, .deterministic] {
            let encoder = CBOREncoder(form: form)
            for value in doubles {
                let copy = try CBORDecoder().decode(Double.self, from: encoder.encode(value))
                #expect(copy.bitPattern == value.bitPattern)
            }
            for value in doubles.map(Float.init) + [Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0xFFC1_2345)] {
                let copy = try CBORDecoder().decode(Float.self, from: encoder.encode(value))
                #expect(copy.bitPattern == value.bitPattern || form == .deterministic && value.isSignalingNaN)
            }
            for bits in UInt16.min...UInt16.max {
                let value = Float16(bitPattern: bits)
                if form == .deterministic && bits & 0xFF != 0 { continue }
                let copy = try CBORDecoder().decode(Float16.self, from: encoder.encode(value))
                #expect(copy.bitPattern == bits)
            }
        }
        let copy = try CBORDecoder().decode([Double].self, from: CBOREncoder().encode(doubles))
        #expect(copy.map(\.bitPattern) == doubles.map(\.bitPattern))
    }

    @Test("Text, inside and outside the basic plane")
    func text() throws {
        for text in [
            "", "a", "twenty-three characters", "twenty-four characters..", "Ünï", "水", "𐅑", "👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\0", "e\u{301}",
            "\u{E9}",
        ] {
            try check(text)
            let copy = try CBORDecoder().decode(String.self, from: CBOREncoder().encode(text))
            #expect(Array(copy.utf8) == Array(text.utf8))
        }
        try check(String(repeating: "long 長い ", count: 10_000))
    }

    @Test("Optionals")
    func optionals() throws {
        struct Sparse: Codable, Equatable {
            var a: Int?
            var b: String?
            var c: [Double]?
            var d: Int??
        }
        try check(Int?.none)
        try check(Int?.some(5))
        try check([nil, 1, nil, 2] as [Int?])
        try check(Sparse())
        try check(Sparse(a: 1, c: []))
        try check(Sparse(b: "b", d: 4))
        try check([["a": nil, "b": 1.5]] as [[String: Double?]])
        // An optional that holds an empty one cannot be told from an empty one: both are null.
        #expect(try CBORDecoder().decode(Int??.self, from: CBOREncoder().encode(Int??.some(nil))) == Int??.none)
        try check(Int??.some(5))
    }

    @Test("Arrays, empty, nested and large")
    func arrays() throws {
        try check([Int]())
        try check([[Double]]())
        try check([[1.5, -0.0], [], [.infinity]])
        try check([[[Int8]]]([[[1], [-2]], [], [[]]]))
        try check((0..<100_000).map { $0 * $0 })
        try check((0..<100_000).map { Double($0) / 7 })
        try check([UInt8](repeating: 7, count: 1_000_000))
        try check((0..<1000).map { "\($0)" })
        try check((0..<1000).map { $0.isMultiple(of: 3) })
        try check((0..<1000).map { Pair(first: $0, second: "\($0)") })
        try check([[Pair(first: 1, second: [true])], []])
        try check(ContiguousArray([1, 2, 3]))
    }

    @Test("Sets and dictionaries with any key")
    func dictionaries() throws {
        try check(Set([1, 2, 3]))
        try check(Set(["a", "b"]))
        try check(["a": 1, "": 2])
        try check(["007": 1, "7": 2, "-1": 3])
        try check([1: "a", -5: "b", .min: "c", .max: "d"])
        try check([1.5: "a", -0.5: "b"])
        try check([[1, 2]: ["x": true]])
        try check([Direction.north: 1, .west: 2])
        try check([UInt8(1): UInt8(2)])
        try check(Dictionary(uniqueKeysWithValues: (0..<1000).map { ("key \($0)", $0) }))
        try check(Dictionary(uniqueKeysWithValues: (0..<1000).map { ($0, "\($0)") }))
    }

    enum Direction: String, Codable {
        case north, west
    }

    indirect enum Expression: Codable, Equatable {
        case constant(Double)
        case variable(name: String)
        case sum(Expression, Expression)
        case list([Expression], note: String?)
        case nothing
    }

    @Test("Enumerations, with payloads and without")
    func enumerations() throws {
        try check(Direction.west)
        try check([Direction.north, .west])
        try check(Expression.nothing)
        try check(Expression.constant(.pi))
        try check(Expression.sum(.variable(name: "x"), .sum(.constant(1), .nothing)))
        try check(Expression.list([.nothing, .variable(name: "y")], note: nil))
        try check(Expression.list([], note: "empty"))
        try check((0..<20).reduce(Expression.nothing) { .sum($0, .constant(Double($1))) })
    }

    @Test("Types without properties, and ranges")
    func others() throws {
        struct Empty: Codable, Equatable {}
        try check(Empty())
        try check([Empty(), Empty()])
        #expect(hex(try CBOREncoder().encode(Empty())) == "a0")
        try check(1...5)
        try check(0.5..<1.5)
        try check(SIMD4<Float>(1, 2, 3, 4))
        try check(Duration.milliseconds(1500))
    }

    @Test("A property list of more than 23 entries")
    func manyProperties() throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<24).map { ("k\($0)", [$0]) })
        #expect(try CBOREncoder().encode(many).first == 0xBF)
        try check(many)
        let few = many.filter { $0.key != "k23" }
        #expect(try CBOREncoder().encode(few).first == 0xB7)
        try check(few)
    }
}
