import CBOR
import Foundation
import Testing

/// Types of Foundation that a task may well take or return; the codec knows none of them.
@Suite("Types of Foundation")
struct FoundationTypeTests {
    private func check<T: Codable & Equatable>(_ value: T) throws {
        let pair = [value, value]
        #expect(try CBORDecoder().decode([T].self, from: CBOREncoder().encode(pair)) == pair)
    }

    @Test("Dates, identifiers, decimals, data")
    func roundTrips() throws {
        try check(Date(timeIntervalSinceReferenceDate: 0.1))
        try check(Date.distantPast)
        try check(UUID())
        try check(Decimal(string: "3.14159265358979323846"))
        try check(URL(string: "https://example.org/a?b#c"))
        try check(Data())
        try check(Data((0..<1000).map { UInt8(truncatingIfNeeded: $0) }))
        try check(IndexSet([1, 2, 3, 9]))
        try check(DateComponents(year: 2024, month: 2, day: 29))
    }

    @Test("Data is read from a byte string too, which is what other languages write")
    func dataFromBytes() throws {
        #expect(try CBORDecoder().decode(Data.self, from: bytes("450102030405")) == Data([1, 2, 3, 4, 5]))
    }
}
