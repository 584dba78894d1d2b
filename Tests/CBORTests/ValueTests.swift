import CBOR
import Testing

/// `CBORValue` as JSON and in diagnostic notation.
@Suite("Values as text")
struct ValueTests {
    struct Example: CustomTestStringConvertible {
        let encoding: String
        let json: String
        let diagnostic: String
        init(_ encoding: String, _ json: String, _ diagnostic: String? = nil) {
            (self.encoding, self.json, self.diagnostic) = (encoding, json, diagnostic ?? json)
        }
        var testDescription: String { json }
    }

    @Test(
        "JSON and diagnostic notation",
        arguments: [
            Example("00", "0"),
            Example("3bffffffffffffffff", "-18446744073709551616"),
            Example("c249010000000000000000", "18446744073709551616"),
            Example("c34900ffffffffffffffff", "-18446744073709551616"),
            Example("c349ffffffffffffffffff", "-4722366482869645213696"),
            Example("c240", "0"),
            Example("c340", "-1"),
            Example("f4", "false"),
            Example("f6", "null"),
            Example("f7", "null", "undefined"),
            Example("f0", "null", "simple(16)"),
            Example("f93e00", "1.5"),
            Example("f90000", "0.0"),
            Example("f98000", "-0.0"),
            Example("fb7e37e43c8800759c", "1e+300"),
            Example("f97e00", "null", "NaN"),
            Example("f9fc00", "null", "-Infinity"),
            Example("43fbff00", #""-_8A""#, "h'fbff00'"),
            Example("41ff", #""_w""#, "h'ff'"),
            Example("d643fbff00", #""+/8A""#, "22(h'fbff00')"),
            Example("d641ff", #""/w==""#, "22(h'ff')"),
            Example("d742ff00", #""ff00""#, "23(h'ff00')"),
            Example("64220a5c01", #""\"\n\\\u0001""#),
            Example("6462c3bc7f", #""bü\u007f""#),
            Example("82018102", "[1,[2]]", "[1, [2]]"),
            Example("a26161f681018102", #"{"a":null,"[1]":[2]}"#, #"{"a": null, [1]: [2]}"#),
            Example("d84d440100feff", "[1,-2]", "77(h'0100feff')"),
            Example("d85640", "[]", "86(h'')"),
            Example("d852483ff8000000000000", "[1.5]", "82(h'3ff8000000000000')"),
            Example("d8524101", #""AQ""#, "82(h'01')"),
            Example("d8567f6161ff", #""a""#, #"86("a")"#),
        ]
    )
    func text(_ example: Example) throws {
        let value = try CBORValue(parsing: bytes(example.encoding))
        #expect(value.json == example.json)
        #expect(value.diagnostic == example.diagnostic)
        #expect("\(value)" == example.diagnostic)
    }

    @Test("Equality is that of the data model")
    func equality() {
        #expect(CBORValue.float(.nan) == .float(.nan))
        #expect(CBORValue.float(0) != .float(-0.0))
        #expect(CBORValue.float(1) != .unsigned(1))
        #expect(CBORValue.text("\u{E9}") != .text("e\u{301}"))
        #expect(CBORValue.integer(-1) == .negative(0))
        #expect(CBORValue.integer(.min) == .negative(UInt64(Int64.max)))
        #expect(Set<CBORValue>([.null, .undefined, .null, .float(.nan), .float(.nan)]).count == 3)
    }

    @Test("Maps are equal whatever the order of their entries, and as keys too")
    func mapEquality() throws {
        let left = try CBORValue(parsing: bytes("a3016161 6162 02 810303"))
        let right = try CBORValue(parsing: bytes("a3810303 6162 02 016161"))
        #expect(left == right && left.hashValue == right.hashValue)
        #expect(try left != CBORValue(parsing: bytes("a3016161 6162 02 810304")))
        #expect(try left != CBORValue(parsing: bytes("a2016161 6162 02")))
        let twice = #expect(throws: CBORError.self) {
            try CBORValue(parsing: bytes("a2 a2010203 04 00 a2030401 02 00"))
        }
        #expect(twice?.code == .duplicateKey)
    }

    @Test("Maps in the keys of maps do not make the text explode")
    func nestedKeys() throws {
        let levels = 400
        let encoding = bytes(String(repeating: "a1", count: levels) + String(repeating: "00", count: levels + 1))
        let value = try CBORValue(parsing: encoding)
        #expect(value.json.utf8.count < 10 * levels)
        #expect(value.diagnostic.utf8.count < 10 * levels)
        #expect(value.serialised() == encoding)
    }

    @Test("Simple values with a meaning or without a well-formed encoding are no SimpleValue")
    func simpleValues() {
        for number in UInt8.min...UInt8.max {
            let value = CBORValue.SimpleValue(rawValue: number)
            #expect((value == nil) == (20...31 ~= number))
            guard let value else { continue }
            #expect(throws: Never.self) { try CBORValue(parsing: CBORValue.simple(value).serialised()) }
        }
    }
}
