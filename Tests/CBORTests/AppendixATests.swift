import CBOR
import Testing

/// Every example of RFC 8949, appendix A: the bytes and the diagnostic notation.
@Suite("RFC 8949, appendix A")
struct AppendixATests {
    struct Example: CustomTestStringConvertible {
        let diagnostic: String
        let encoding: String
        /// The bytes are the ones of the deterministic encoding, so that they come out again.
        var isDeterministic = true

        var testDescription: String { "\(encoding) is \(diagnostic)" }
    }

    @Test("Bytes parse to the value, and the value serialises to the bytes", arguments: examples)
    func valueBothWays(_ example: Example) throws {
        let value = try CBORValue(parsing: bytes(example.encoding))
        #expect(value.diagnostic == example.diagnostic)
        if example.isDeterministic {
            #expect(hex(value.serialised()) == example.encoding)
        }
        #expect(try CBORValue(parsing: value.serialised()).serialised() == value.serialised())
    }

    @Test("Every proper prefix of the bytes is refused as truncated", arguments: examples)
    func prefixes(_ example: Example) throws {
        let encoding = bytes(example.encoding)
        for count in 0..<encoding.count {
            let error = #expect(throws: CBORError.self) { try CBORValue(parsing: Array(encoding[..<count])) }
            #expect(error?.code == .truncated)
            #expect(error?.offset == count)
        }
    }

    static let examples: [Example] = [
        Example(diagnostic: "0", encoding: "00"),
        Example(diagnostic: "1", encoding: "01"),
        Example(diagnostic: "10", encoding: "0a"),
        Example(diagnostic: "23", encoding: "17"),
        Example(diagnostic: "24", encoding: "1818"),
        Example(diagnostic: "25", encoding: "1819"),
        Example(diagnostic: "100", encoding: "1864"),
        Example(diagnostic: "1000", encoding: "1903e8"),
        Example(diagnostic: "1000000", encoding: "1a000f4240"),
        Example(diagnostic: "1000000000000", encoding: "1b000000e8d4a51000"),
        Example(diagnostic: "18446744073709551615", encoding: "1bffffffffffffffff"),
        Example(diagnostic: "18446744073709551616", encoding: "c249010000000000000000"),
        Example(diagnostic: "-18446744073709551616", encoding: "3bffffffffffffffff"),
        Example(diagnostic: "-18446744073709551617", encoding: "c349010000000000000000"),
        Example(diagnostic: "-1", encoding: "20"),
        Example(diagnostic: "-10", encoding: "29"),
        Example(diagnostic: "-100", encoding: "3863"),
        Example(diagnostic: "-1000", encoding: "3903e7"),
        Example(diagnostic: "0.0", encoding: "f90000"),
        Example(diagnostic: "-0.0", encoding: "f98000"),
        Example(diagnostic: "1.0", encoding: "f93c00"),
        Example(diagnostic: "1.1", encoding: "fb3ff199999999999a"),
        Example(diagnostic: "1.5", encoding: "f93e00"),
        Example(diagnostic: "65504.0", encoding: "f97bff"),
        Example(diagnostic: "100000.0", encoding: "fa47c35000"),
        Example(diagnostic: "3.4028234663852886e+38", encoding: "fa7f7fffff"),
        Example(diagnostic: "1e+300", encoding: "fb7e37e43c8800759c"),
        Example(diagnostic: "5.960464477539063e-08", encoding: "f90001"),
        Example(diagnostic: "6.103515625e-05", encoding: "f90400"),
        Example(diagnostic: "-4.0", encoding: "f9c400"),
        Example(diagnostic: "-4.1", encoding: "fbc010666666666666"),
        Example(diagnostic: "Infinity", encoding: "f97c00"),
        Example(diagnostic: "NaN", encoding: "f97e00"),
        Example(diagnostic: "-Infinity", encoding: "f9fc00"),
        Example(diagnostic: "Infinity", encoding: "fa7f800000", isDeterministic: false),
        Example(diagnostic: "NaN", encoding: "fa7fc00000", isDeterministic: false),
        Example(diagnostic: "-Infinity", encoding: "faff800000", isDeterministic: false),
        Example(diagnostic: "Infinity", encoding: "fb7ff0000000000000", isDeterministic: false),
        Example(diagnostic: "NaN", encoding: "fb7ff8000000000000", isDeterministic: false),
        Example(diagnostic: "-Infinity", encoding: "fbfff0000000000000", isDeterministic: false),
        Example(diagnostic: "false", encoding: "f4"),
        Example(diagnostic: "true", encoding: "f5"),
        Example(diagnostic: "null", encoding: "f6"),
        Example(diagnostic: "undefined", encoding: "f7"),
        Example(diagnostic: "simple(16)", encoding: "f0"),
        Example(diagnostic: "simple(255)", encoding: "f8ff"),
        Example(
            diagnostic: #"0("2013-03-21T20:04:00Z")"#,
            encoding: "c074323031332d30332d32315432303a30343a30305a"
        ),
        Example(diagnostic: "1(1363896240)", encoding: "c11a514b67b0"),
        Example(diagnostic: "1(1363896240.5)", encoding: "c1fb41d452d9ec200000"),
        Example(diagnostic: "23(h'01020304')", encoding: "d74401020304"),
        Example(diagnostic: "24(h'6449455446')", encoding: "d818456449455446"),
        Example(
            diagnostic: #"32("http://www.example.com")"#,
            encoding: "d82076687474703a2f2f7777772e6578616d706c652e636f6d"
        ),
        Example(diagnostic: "h''", encoding: "40"),
        Example(diagnostic: "h'01020304'", encoding: "4401020304"),
        Example(diagnostic: #""""#, encoding: "60"),
        Example(diagnostic: #""a""#, encoding: "6161"),
        Example(diagnostic: #""IETF""#, encoding: "6449455446"),
        Example(diagnostic: #""\"\\""#, encoding: "62225c"),
        Example(diagnostic: "\"\u{FC}\"", encoding: "62c3bc"),
        Example(diagnostic: "\"\u{6C34}\"", encoding: "63e6b0b4"),
        Example(diagnostic: "\"\u{10151}\"", encoding: "64f0908591"),
        Example(diagnostic: "[]", encoding: "80"),
        Example(diagnostic: "[1, 2, 3]", encoding: "83010203"),
        Example(diagnostic: "[1, [2, 3], [4, 5]]", encoding: "8301820203820405"),
        Example(
            diagnostic: "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]",
            encoding: "98190102030405060708090a0b0c0d0e0f101112131415161718181819"
        ),
        Example(diagnostic: "{}", encoding: "a0"),
        Example(diagnostic: "{1: 2, 3: 4}", encoding: "a201020304"),
        Example(diagnostic: #"{"a": 1, "b": [2, 3]}"#, encoding: "a26161016162820203"),
        Example(diagnostic: #"["a", {"b": "c"}]"#, encoding: "826161a161626163"),
        Example(
            diagnostic: #"{"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}"#,
            encoding: "a56161614161626142616361436164614461656145"
        ),
        Example(diagnostic: "h'0102030405'", encoding: "5f42010243030405ff", isDeterministic: false),
        Example(diagnostic: #""streaming""#, encoding: "7f657374726561646d696e67ff", isDeterministic: false),
        Example(diagnostic: "[]", encoding: "9fff", isDeterministic: false),
        Example(diagnostic: "[1, [2, 3], [4, 5]]", encoding: "9f018202039f0405ffff", isDeterministic: false),
        Example(diagnostic: "[1, [2, 3], [4, 5]]", encoding: "9f01820203820405ff", isDeterministic: false),
        Example(diagnostic: "[1, [2, 3], [4, 5]]", encoding: "83018202039f0405ff", isDeterministic: false),
        Example(diagnostic: "[1, [2, 3], [4, 5]]", encoding: "83019f0203ff820405", isDeterministic: false),
        Example(
            diagnostic: "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]",
            encoding: "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
            isDeterministic: false
        ),
        Example(
            diagnostic: #"{"a": 1, "b": [2, 3]}"#,
            encoding: "bf61610161629f0203ffff",
            isDeterministic: false
        ),
        Example(diagnostic: #"["a", {"b": "c"}]"#, encoding: "826161bf61626163ff", isDeterministic: false),
        Example(
            diagnostic: #"{"Fun": true, "Amt": -2}"#,
            encoding: "bf6346756ef563416d7421ff",
            isDeterministic: false
        ),
    ]
}
