import CBOR
import Testing

/// The examples of RFC 8949, appendix A, for which Swift has a type: from the type to the bytes and back.
@Suite("RFC 8949, appendix A, as Swift types")
struct AppendixATypedTests {
    private func check<T: Codable & Equatable>(_ value: T, _ encoding: String) throws {
        #expect(hex(try CBOREncoder(form: .deterministic).encode(value)) == encoding)
        try decodes(value, encoding)
        #expect(try CBORDecoder().decode(T.self, from: CBOREncoder().encode(value)) == value)
    }

    private func decodes<T: Codable & Equatable>(_ value: T, _ encoding: String) throws {
        #expect(try CBORDecoder().decode(T.self, from: bytes(encoding)) == value)
    }

    @Test("Integers")
    func integers() throws {
        try check(0, "00")
        try check(23 as UInt8, "17")
        try check(24 as Int8, "1818")
        try check(1000 as Int16, "1903e8")
        try check(1_000_000 as UInt32, "1a000f4240")
        try check(1_000_000_000_000, "1b000000e8d4a51000")
        try check(UInt64.max, "1bffffffffffffffff")
        try check(-1, "20")
        try check(-10 as Int8, "29")
        try check(-100 as Int16, "3863")
        try check(-1000 as Int32, "3903e7")
        try check(Int64.min, "3b7fffffffffffffff")
    }

    @Test("Bignums are refused unless they fit")
    func bignums() throws {
        for (encoding, sign) in [("c249010000000000000000", ""), ("c349010000000000000000", "-")] {
            let error = #expect(throws: DecodingError.self) {
                try CBORDecoder().decode(UInt64.self, from: bytes(encoding))
            }
            #expect("\(try #require(error))".contains("bignum"), "bignum \(sign)")
        }
        try decodes(UInt64.max, "c248ffffffffffffffff")
        try decodes(5, "c24500000000 05")
        try decodes(-257, "c3420100")
        #expect(throws: DecodingError.self) { try CBORDecoder().decode(Int.self, from: bytes("c348ffffffffffffffff")) }
        #expect(throws: DecodingError.self) { try CBORDecoder().decode(Int.self, from: bytes("3bffffffffffffffff")) }
    }

    @Test("Floating-point numbers")
    func floats() throws {
        try check(0.0, "f90000")
        try check(1.1, "fb3ff199999999999a")
        try check(1.5 as Float, "f93e00")
        try check(65504.0, "f97bff")
        try check(100000.0 as Float, "fa47c35000")
        try check(Float.greatestFiniteMagnitude, "fa7f7fffff")
        try check(1.0e300, "fb7e37e43c8800759c")
        try check(5.960464477539063e-8, "f90001")
        try check(0.00006103515625, "f90400")
        try check(-4.1, "fbc010666666666666")
        try check(Double.infinity, "f97c00")
        try check(-Float.infinity, "f9fc00")
        for encoding in ["f97e00", "fa7fc00000", "fb7ff8000000000000"] {
            #expect(try CBORDecoder().decode(Double.self, from: bytes(encoding)).isNaN)
            #expect(try CBORDecoder().decode(Float.self, from: bytes(encoding)).isNaN)
        }
        #expect(hex(try CBOREncoder(form: .deterministic).encode(Double.nan)) == "f97e00")
        let zero = try CBORDecoder().decode(Double.self, from: bytes("f98000"))
        #expect(zero == 0 && zero.sign == .minus)
    }

    @Test("Simple values, strings and tags")
    func others() throws {
        try check(false, "f4")
        try check(true, "f5")
        try check(Int?.none, "f6")
        try decodes(Int?.none, "f7")
        try decodes("2013-03-21T20:04:00Z", "c074323031332d30332d32315432303a30343a30305a")
        try decodes(1_363_896_240, "c11a514b67b0")
        try decodes([1, 2, 3, 4] as [UInt8], "d74401020304")
        try check([] as [UInt8], "40")
        try check([1, 2, 3, 4] as [UInt8], "4401020304")
        try check("", "60")
        try check("IETF", "6449455446")
        try check("\"\\", "62225c")
        try check("\u{FC}", "62c3bc")
        try check("\u{6C34}", "63e6b0b4")
        try check("\u{10151}", "64f0908591")
        try decodes([1, 2, 3, 4, 5] as [UInt8], "5f42010243030405ff")
        try decodes("streaming", "7f657374726561646d696e67ff")
    }

    @Test("Arrays and maps")
    func containers() throws {
        struct Mixed: Codable, Equatable {
            var a: Int
            var b: [Int]
        }
        try decodes([1, 2, 3], "83010203")
        try decodes(Array(1...25), "98190102030405060708090a0b0c0d0e0f101112131415161718181819")
        try decodes(Array(1...25), "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff")
        try check([String](), "80")
        try check([1: 2, 3: 4], "a201020304")
        try decodes(Mixed(a: 1, b: [2, 3]), "a26161016162820203")
        try decodes(Mixed(a: 1, b: [2, 3]), "bf61610161629f0203ffff")
        let letters = ["a": "A", "b": "B", "c": "C", "d": "D", "e": "E"]
        try check(letters, "a56161614161626142616361436164614461656145")
        try check([String: Int](), "a0")
        try check([["b": "c"]], "81a161626163")
    }
}
