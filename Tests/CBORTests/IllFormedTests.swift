import CBOR
import Testing

/// Bytes that are no CBOR: the examples of RFC 8949, appendix F, and others like them.
@Suite("Ill-formed input")
struct IllFormedTests {
    /// Reads nothing of what it is given, so that all of it is skipped.
    struct Ignorant: Decodable {
        init(from decoder: any Decoder) {}
    }

    private func refuse(_ encoding: String, _ codes: CBORError.Code...) {
        let input = bytes(encoding)
        let parsing = #expect(throws: CBORError.self, "\(encoding)") { try CBORValue(parsing: input) }
        #expect(parsing.map { codes.contains($0.code) } == true, "\(encoding): \(parsing?.description ?? "accepted")")
        #expect(parsing?.offset.map { 0...input.count ~= $0 } == true, "\(encoding)")
        let skipping = #expect(throws: CBORError.self, "\(encoding)") {
            try CBORDecoder().decode(Ignorant.self, from: input)
        }
        #expect(skipping.map { codes.contains($0.code) } == true, "\(encoding): \(skipping?.description ?? "accepted")")
        #expect(throws: (any Error).self, "\(encoding)") { try CBORDecoder().decode([String: [Int]].self, from: input) }
        #expect(throws: (any Error).self, "\(encoding)") { try CBORDecoder().decode([Int?].self, from: input) }
        #expect(throws: (any Error).self, "\(encoding)") { try CBORDecoder().decode([Double].self, from: input) }
        #expect(throws: (any Error).self, "\(encoding)") { try CBORDecoder().decode([UInt8].self, from: input) }
        #expect(throws: (any Error).self, "\(encoding)") { try CBORDecoder().decode(String.self, from: input) }
        #expect(throws: (any Error).self, "\(encoding)") { try CBORDecoder().decode(Double?.self, from: input) }
    }

    @Test(
        "End of input in a head",
        arguments: [
            "18", "19", "1a", "1b", "1901", "1a0102", "1b01020304050607", "38", "58", "78", "98", "9a01ff00", "b8",
            "d8", "f8", "f900", "fa0000", "fb000000",
        ]
    )
    func truncatedHeads(_ encoding: String) {
        refuse(encoding, .truncated)
    }

    @Test(
        "Strings and containers shorter than they say",
        arguments: [
            "41", "61", "5affffffff00", "5bffffffffffffffff010203", "7affffffff00", "7b7fffffffffffffff010203", "81",
            "818181818181818181", "8200", "a1", "a20102", "a100", "a2000000", "c0", "5f4100", "7f6100", "9f", "9f0102",
            "bf", "bf01020102", "819f", "9f8000", "9f9f9f9f9fffffffff", "9f819f819f9fffffff", "9bffffffffffffffff00",
            "bbffffffffffffffff0000", "9b0fffffffffffffff00", "bb0fffffffffffffff0000", "9a7fffffff00",
        ]
    )
    func truncatedContent(_ encoding: String) {
        // Some have a key twice before they end, which a parser may notice first.
        refuse(encoding, .truncated, .duplicateKey)
    }

    @Test(
        "Reserved additional information",
        arguments: [
            "1c", "1d", "1e", "3c", "3d", "3e", "5c", "5d", "5e", "7c", "7d", "7e", "9c", "9d", "9e", "bc", "bd", "be",
            "dc", "dd", "de", "fc", "fd", "fe", "1f", "3f", "df", "df00",
        ]
    )
    func reserved(_ encoding: String) {
        refuse(encoding, .malformed)
    }

    @Test("Simple values below 32 in two bytes", arguments: ["f800", "f801", "f818", "f81f"])
    func reservedSimpleValues(_ encoding: String) {
        refuse(encoding, .malformed)
    }

    @Test(
        "Chunks of another kind, or of indefinite length",
        arguments: [
            "5f00ff", "5f21ff", "5f6100ff", "5f80ff", "5fa0ff", "5fc000ff", "5fe0ff", "7f4100ff", "5f5f4100ffff",
            "7f7f6100ffff",
        ]
    )
    func chunks(_ encoding: String) {
        refuse(encoding, .malformed)
    }

    @Test(
        "A break where an item must be",
        arguments: [
            "ff", "81ff", "8200ff", "a1ff", "a1ff00", "a100ff", "a20000ff", "9f81ff", "9f829f819f9fffffffff", "bf00ff",
            "bf000000ff", "c1ff", "9fd864ff",
        ]
    )
    func breaks(_ encoding: String) {
        // With too few bytes left for the stated number of entries, that is what is noticed first.
        refuse(encoding, .malformed, .truncated, .duplicateKey)
    }

    @Test("Bytes behind the item", arguments: ["0000", "8000", "6000ff", "f6f6", "9fffff"])
    func trailingBytes(_ encoding: String) {
        refuse(encoding, .trailingBytes)
    }

    @Test(
        "Text that is not UTF-8",
        arguments: ["61ff", "62c328", "63eda080", "64f4908080", "62c080", "7f61c361bcff", "81617f61ff", "a161ff00"]
    )
    func invalidText(_ encoding: String) {
        refuse(encoding, .invalidUTF8, .trailingBytes)
    }

    @Test("No input at all")
    func empty() {
        refuse("", .truncated)
    }
}
