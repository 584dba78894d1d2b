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
        try check(Sparse(d: .some(nil)))
        try check(Int??.some(5))
    }

    /// Writes null itself, as many JSON types do.
    private enum Document: Codable, Equatable {
        case null
        case number(Int)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self = container.decodeNil() ? .null : .number(try container.decode(Int.self))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .number(let number): try container.encode(number)
            }
        }
    }

    @Test("Optionals of values that are null themselves keep every level")
    func nestedOptionals() throws {
        let twice: [Int??] = [nil, .some(nil), 5]
        for value in twice { try check(value) }
        try check(twice)
        try check(["a": nil, "b": .some(nil), "c": 5] as [String: Int??])
        try check([1: nil, 2: .some(nil), 3: 5] as [Int: Int??])
        let thrice: [String???] = [nil, .some(nil), .some(.some(nil)), "x"]
        for value in thrice { try check(value) }
        try check(thrice)
        try check([[nil, .some(nil)], []] as [[[Int]??]])
        try check([nil, .null, .number(5)] as [Document?])
        for value in [nil, .null, .number(5)] as [Document?] { try check(value) }
        try check([nil, .some(nil), .some(.null), .number(1)] as [Document??])
        try check([Document.null, .number(1)])
    }

    @Test("An inner nil is null to a reader that does not know its tag")
    func innerNil() throws {
        let encoding = try CBOREncoder().encode([nil, .some(nil), 5] as [Int??])
        #expect(encoding == bytes("83 f6 da6d706e69 f6 05"))
        #expect(try CBORValue(parsing: encoding).json == "[null,null,5]")
        // One level less, and the way in which other writers say it.
        #expect(try CBORDecoder().decode([Int?].self, from: encoding) == [nil, nil, 5])
        #expect(try CBORDecoder().decode([Int??].self, from: bytes("82 f6 f7")) == [nil, nil])
    }

    @Test("Integers of 128 bits")
    func wideIntegers() throws {
        struct Wide: Codable, Equatable {
            var a: Int128
            var b: UInt128
            var c: Int128?
            var d: [Int128]
        }
        let signed: [Int128] = Self.preferred.map { $0.0 } + [Int128.min + 1, 1, 23, 24]
        try check(signed)
        for value in signed { try check(value) }
        let unsigned: [UInt128] = [0, 1, .max, 0x1_0000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 1 << 127]
        try check(unsigned)
        for value in unsigned { try check(value) }
        try check(Wide(a: .min, b: .max, c: nil, d: []))
        try check(Wide(a: .max, b: 0, c: 7, d: signed))
        try check([Int128.max: "max", -1: "minus one"])
        try check(["x": UInt128.max])
    }

    private static let preferred: [(Int128, String)] = [
        (0, "00"),
        (-1, "20"),
        (1 << 63, "1b8000000000000000"),
        (0xFFFF_FFFF_FFFF_FFFF, "1bffffffffffffffff"),
        (0x1_0000_0000_0000_0000, "c249010000000000000000"),
        (-0x1_0000_0000_0000_0000, "3bffffffffffffffff"),
        (-0x1_0000_0000_0000_0001, "c349010000000000000000"),
        (.max, "c2507fffffffffffffffffffffffffffffff"),
        (.min, "c3507fffffffffffffffffffffffffffffff"),
    ]

    @Test("Integers of 128 bits have their preferred encodings", arguments: preferred)
    func wideEncodings(_ value: Int128, _ encoding: String) throws {
        #expect(try CBOREncoder().encode(value) == bytes(encoding))
        #expect(try CBORDecoder().decode(Int128.self, from: bytes(encoding)) == value)
    }

    @Test("Integers of 128 bits that do not fit are refused")
    func wideRange() throws {
        func refuses<T: Decodable>(_ type: T.Type, _ encoding: String) {
            #expect(throws: DecodingError.self) { try CBORDecoder().decode(type, from: bytes(encoding)) }
        }
        refuses(Int128.self, "c25080000000000000000000000000000000")
        refuses(Int128.self, "c35080000000000000000000000000000000")
        refuses(Int128.self, "c2510100000000000000000000000000000000")
        refuses(UInt128.self, "20")
        refuses(UInt128.self, "c349010000000000000000")
        refuses(UInt128.self, "c2510100000000000000000000000000000000")
        refuses(Int128.self, "fb3ff0000000000000")
        refuses(Int128.self, "6161")
        refuses(Int64.self, "c249010000000000000000")
        // A typed array whose elements do not fit, and leading zeros, which are allowed.
        refuses([UInt128].self, "d8484181")
        #expect(try CBORDecoder().decode([Int128].self, from: bytes("d8484181")) == [-127])
        #expect(try CBORDecoder().decode(UInt128.self, from: bytes("c2420007")) == 7)
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
