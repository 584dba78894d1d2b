import CBOR
import Testing

/// Which error comes out, and what it tells.
@Suite("Errors")
struct ErrorTests {
    struct Line: Codable, Equatable {
        var start: Double
        var points: [UInt8]
        var note: String?
    }

    private func context<T: Decodable>(_ type: T.Type, _ encoding: String) throws -> DecodingError.Context {
        let error = #expect(throws: DecodingError.self) { try CBORDecoder().decode(type, from: bytes(encoding)) }
        switch try #require(error) {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            return context
        @unknown default:
            throw try #require(error)
        }
    }

    @Test("A value of another type: where, what was expected, what was found")
    func mismatch() throws {
        let context = try context(
            [String: [Line]].self,
            "a1616182a265737461727401 66706f696e7473 4101 a16573746172746161"
        )
        #expect(context.codingPath.map(\.stringValue) == ["a", "Index 1", "start"])
        #expect(context.debugDescription == "expected Double, found a text string at byte 28")
    }

    @Test("The kind of error is the one that Codable has for it")
    func kinds() {
        func check<T: Decodable>(_ type: T.Type, _ encoding: String, _ matches: (DecodingError) -> Bool) {
            let error = #expect(throws: DecodingError.self) { try CBORDecoder().decode(type, from: bytes(encoding)) }
            #expect(error.map(matches) == true, "\(type) from \(encoding): \(String(describing: error))")
        }
        func mismatch(_ error: DecodingError) -> Bool { if case .typeMismatch = error { true } else { false } }
        func noValue(_ error: DecodingError) -> Bool { if case .valueNotFound = error { true } else { false } }
        func noKey(_ error: DecodingError) -> Bool { if case .keyNotFound = error { true } else { false } }
        func corrupted(_ error: DecodingError) -> Bool { if case .dataCorrupted = error { true } else { false } }
        check(Int.self, "f6", noValue)
        check([Int].self, "f7", noValue)
        check(Line.self, "f6", noValue)
        check([Int].self, "81f6", noValue)
        check([Line].self, "81f6", noValue)
        check(Line.self, "a0", noKey)
        check(Line.self, "80", mismatch)
        check([Line].self, "a0", mismatch)
        check(Int.self, "f93c00", mismatch)
        check(Bool.self, "00", mismatch)
        check(Bool.self, "f6", noValue)
        check(String.self, "40", mismatch)
    }

    @Test("A number that does not fit is named")
    func numbers() throws {
        #expect(
            try context(UInt8.self, "190100").debugDescription
                == "expected UInt8, found 256, which does not fit at byte 0"
        )
        #expect(try context([UInt].self, "822020").codingPath.map(\.stringValue) == ["Index 0"])
        #expect(try context([Int8].self, "820118c8").codingPath.map(\.stringValue) == ["Index 1"])
        #expect(try context([UInt8].self, "d8454400010002").debugDescription.contains("256"))
        #expect(try context(Float.self, "fb7e37e43c8800759c").debugDescription.contains("1e+300"))
        #expect(try context(Int.self, "3bffffffffffffffff").debugDescription.contains("-18446744073709551616"))
    }

    @Test("Bad bytes inside a value: CBORError with offset and coding path")
    func malformed() throws {
        let error = #expect(throws: CBORError.self) {
            try CBORDecoder().decode(
                [String: [Line]].self,
                from: bytes("a1616182a2657374617274 01 66706f696e7473 4101 a1657374617274fc")
            )
        }
        let found = try #require(error)
        #expect(found.code == .malformed)
        #expect(found.offset == 28)
        // A dictionary looks at all keys before any value, and so meets the bytes first.
        #expect(found.description == "CBOR: initial byte 0xFC is reserved at byte 28, in a")
        let inArray = #expect(throws: CBORError.self) {
            try CBORDecoder().decode(
                [[Line]].self,
                from: bytes("8182a2657374617274 01 66706f696e7473 4101 a1657374617274fc")
            )
        }
        #expect(inArray?.description == "CBOR: initial byte 0xFC is reserved at byte 26, in [0][1].start")
    }

    @Test("Bad bytes that no property asks for are found all the same")
    func malformedUnread() {
        struct Narrow: Decodable { var a: Int }
        for encoding in [
            "a2616101616261ff", "a261610161 ff01", "a26161016162 9f", "a2616101 6162 1f", "bf616101 6162ff",
        ] {
            #expect(throws: CBORError.self, "\(encoding)") {
                try CBORDecoder().decode(Narrow.self, from: bytes(encoding))
            }
        }
    }

    @Test("A key that is in a map twice is refused, however it is written")
    func duplicateKeys() {
        struct Narrow: Decodable { var a: Int? }
        for encoding in [
            "a2616101616102", "a3616101616202616103", "a36162016161026162 03", "bf616101616102ff",
            "a2616101 7f6161ff 02",
            "a20101 180102", "a2616201616202", "a2400140 02", "a28201020182180102 02",
        ] {
            for decode in [
                { _ = try CBORDecoder().decode(Narrow.self, from: $0) },
                { _ = try CBORDecoder().decode([String: Int].self, from: $0) },
                { _ = try CBORValue(parsing: $0) },
            ] as [([UInt8]) throws -> Void] {
                let error = #expect(throws: CBORError.self, "\(encoding)") { try decode(bytes(encoding)) }
                #expect(error?.code == .duplicateKey)
            }
        }
        let many = (0..<40).map { "19" + hex([UInt8($0 / 20), UInt8($0 % 20)]) + "00" }
        let twice = bytes("b829" + many.joined() + "19000700")
        #expect(throws: CBORError.self) { try CBORDecoder().decode([Int: Int].self, from: twice) }
        // Different text with the same canonical form makes different keys.
        #expect(throws: Never.self) { try CBORValue(parsing: bytes("a262c3a90163 65cc8102")) }
    }

    @Test("The errors of a type's own init(from:) and encode(to:) come out unchanged")
    func usersErrors() {
        struct Custom: Error, Equatable { var number: Int }
        struct Thrower: Codable {
            init() {}
            init(from decoder: any Decoder) throws { throw Custom(number: 1) }
            func encode(to encoder: any Encoder) throws { throw Custom(number: 2) }
        }
        #expect(throws: Custom(number: 1)) {
            try CBORDecoder().decode([String: [Thrower]].self, from: bytes("a161618100"))
        }
        #expect(throws: Custom(number: 2)) { try CBOREncoder().encode(["a": [Thrower()]]) }
    }

    @Test("A coding path is known while encoding and decoding")
    func codingPaths() throws {
        struct Probe: Codable, Equatable {
            var path: String
            init(path: String) { self.path = path }
            init(from decoder: any Decoder) throws {
                path = decoder.codingPath.map(\.stringValue).joined(separator: "/")
                _ = try decoder.singleValueContainer().decode(String.self)
            }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                try container.encode(encoder.codingPath.map(\.stringValue).joined(separator: "/"))
            }
        }
        let probe = Probe(path: "")
        let encoding = try CBOREncoder().encode(["k": [[probe], [probe, probe]]])
        #expect(
            try CBORValue(parsing: encoding).json
                == #"{"k":[["k/Index 0/Index 0"],["k/Index 1/Index 0","k/Index 1/Index 1"]]}"#
        )
        let probes = try CBORDecoder().decode([String: [[Probe?]]].self, from: encoding)
        #expect(
            probes["k"]?.map { $0.map { $0?.path } } == [
                ["k/Index 0/Index 0"], ["k/Index 1/Index 0", "k/Index 1/Index 1"],
            ]
        )
    }
}
