import CBOR
import Testing

/// Arrays of numbers as RFC 8746 has them.
@Suite("Typed arrays")
struct TypedArrayTests {
    private func check<T: Codable & Equatable>(_ value: [T], _ encoding: String, bigEndian: String? = nil) throws {
        #expect(hex(try CBOREncoder().encode(value)) == encoding)
        #expect(hex(try CBOREncoder().encode(["a": value])) == "a16161" + encoding)
        for encoding in [encoding, bigEndian].compactMap(\.self) {
            #expect(try CBORDecoder().decode([T].self, from: bytes(encoding)) == value)
        }
    }

    @Test("Each number type has its tag, and is read in either byte order")
    func everyType() throws {
        try check([1, 2, 255] as [UInt8], "430102ff", bigEndian: "d840430102ff")
        try check([1, 0x203] as [UInt16], "d8454401000302", bigEndian: "d8414400010203")
        try check([0x1020304] as [UInt32], "d8464404030201", bigEndian: "d8424401020304")
        try check([0x102030405060708] as [UInt64], "d847480807060504030201", bigEndian: "d843480102030405060708")
        try check([.max] as [UInt], "d84748ffffffffffffffff")
        try check([1, -2] as [Int8], "d8484201fe")
        try check([1, -2] as [Int16], "d84d440100feff", bigEndian: "d849440001fffe")
        try check([-2] as [Int32], "d84e44feffffff", bigEndian: "d84a44fffffffe")
        try check([-2] as [Int64], "d84f48feffffffffffffff", bigEndian: "d84b48fffffffffffffffe")
        try check([.min] as [Int], "d84f480000000000000080", bigEndian: "d84b488000000000000000")
        try check([1.5] as [Float16], "d85442003e", bigEndian: "d850423e00")
        try check([1.5] as [Float], "d855440000c03f", bigEndian: "d851443fc00000")
        try check([1.5] as [Double], "d85648000000000000f83f", bigEndian: "d852483ff8000000000000")
    }

    @Test("Empty arrays keep their tag")
    func empty() throws {
        try check([] as [UInt8], "40", bigEndian: "80")
        try check([] as [Double], "d85640", bigEndian: "9fff")
        try check([] as [Int], "d84f40", bigEndian: "80")
    }

    @Test("Clamped bytes, chunks and plain arrays are read too")
    func otherForms() throws {
        #expect(try CBORDecoder().decode([UInt8].self, from: bytes("d844420507")) == [5, 7])
        #expect(try CBORDecoder().decode([UInt8].self, from: bytes("5f41054107ff")) == [5, 7])
        #expect(try CBORDecoder().decode([UInt16].self, from: bytes("d8455f41014300 0200ff")) == [1, 2])
        #expect(try CBORDecoder().decode([Double].self, from: bytes("8401f93e00fa3fc0000020")) == [1, 1.5, 1.5, -1])
        #expect(try CBORDecoder().decode([UInt8].self, from: bytes("9f0518ffff")) == [5, 255])
        // Behind a tag that says something else of the array.
        #expect(try CBORDecoder().decode([Int16].self, from: bytes("d9d9f7d84d420500")) == [5])
    }

    @Test("Elements of another number type are converted, or refused when they do not fit")
    func conversion() throws {
        #expect(try CBORDecoder().decode([Double].self, from: bytes("d855440000c03f")) == [1.5])
        #expect(try CBORDecoder().decode([Double].self, from: bytes("d84d440100feff")) == [1, -2])
        #expect(try CBORDecoder().decode([Int].self, from: bytes("430102ff")) == [1, 2, 255])
        #expect(try CBORDecoder().decode([Float].self, from: bytes("d85648000000000000f83f")) == [1.5])
        #expect(try CBORDecoder().decode([UInt64].self, from: bytes("d84f480500000000000000")) == [5])
        for (type, encoding) in [([UInt8].self, "d84d44feff0100"), ([Int].self, "d85648000000000000f83f")]
            as [(any Decodable.Type, String)]
        {
            let error = #expect(throws: DecodingError.self) { try CBORDecoder().decode(type, from: bytes(encoding)) }
            switch error {
            case .dataCorrupted(let context), .typeMismatch(_, let context):
                #expect(context.codingPath.map(\.stringValue) == ["Index 0"])
            default:
                Issue.record("\(String(describing: error))")
            }
        }
    }

    @Test("An element that does not fit is told with its own place")
    func places() throws {
        func place<T: Decodable>(_ type: T.Type, _ encoding: String) -> String? {
            switch #expect(
                throws: DecodingError.self,
                performing: { try CBORDecoder().decode(type, from: bytes(encoding)) }
            ) {
            case .dataCorrupted(let context), .typeMismatch(_, let context):
                context.codingPath.map(\.stringValue).joined(separator: "/")
                    + context.debugDescription.drop { $0 != "," }
            case let error: error.map { "\($0)" }
            }
        }
        #expect(
            place([UInt8].self, "d84546010002000001")
                == "Index 2, found 256, which does not fit at byte 7"
        )
        #expect(
            place([[UInt8]].self, "8241 01d8454401000001")
                == "Index 1/Index 1, found 256, which does not fit at byte 8"
        )
        // What comes in chunks is joined before it is read: the place is that of the whole.
        #expect(
            place([[UInt8]].self, "824101d8455f4201004200 01ff")
                == "Index 1/Index 1, found 256, which does not fit at byte 3"
        )
    }

    @Test("Types that take elements one by one read typed arrays too")
    func elementwise() throws {
        #expect(try CBORDecoder().decode(Set<Int16>.self, from: bytes("d84d440100feff")) == [1, -2])
        #expect(try CBORDecoder().decode(Set<UInt8>.self, from: bytes("420507")) == [5, 7])
        #expect(try CBORDecoder().decode([Double?].self, from: bytes("d85648000000000000f83f")) == [1.5])
        #expect(try CBORDecoder().decode(SIMD2<Float>.self, from: bytes("d851483fc000003fc00000")) == [1.5, 1.5])
        #expect(try CBORDecoder().decode([Set<Int>].self, from: bytes("82d8484201fe80")) == [[1, -2], []])
        #expect(throws: DecodingError.self) { try CBORDecoder().decode(Set<UInt8>.self, from: bytes("d84d44feff0100")) }
        #expect(throws: DecodingError.self) { try CBORDecoder().decode([[Int]].self, from: bytes("d84d44feff0100")) }
    }

    @Test("A length that is no multiple of the element's, a reserved tag, 128-bit floats")
    func refused() {
        let ragged = #expect(throws: CBORError.self) {
            try CBORDecoder().decode([Double].self, from: bytes("d856430102 03"))
        }
        #expect(ragged?.code == .malformed)
        #expect(throws: DecodingError.self) {
            try CBORDecoder().decode([Double].self, from: bytes("d85750" + String(repeating: "00", count: 16)))
        }
        for tag in ["d856", "d84f", "d855"] {
            #expect(throws: (any Error).self) { try CBORDecoder().decode([Double].self, from: bytes(tag + "6161")) }
            #expect(throws: (any Error).self) {
                try CBORDecoder().decode([Double].self, from: bytes(tag + "5bffffffffffffffff00"))
            }
        }
    }

    @Test("Nested arrays hold typed arrays")
    func nested() throws {
        #expect(hex(try CBOREncoder().encode([[1.5], []] as [[Double]])) == "82d85648000000000000f83fd85640")
    }
}
