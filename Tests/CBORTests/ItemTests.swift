import Support
import Testing

@testable import CBOR

/// Items read in place: nothing may differ from what the parsed value says.
@Suite("Items")
struct ItemTests {
    private static let sample: CBORValue = .map([
        .init(.text("lines"), .array([.integer(-3), .text("ü"), .bool(true), .null, .float(0.5)])),
        .init(.text("raw"), .bytes([1, 2, 3])),
        .init(.unsigned(7), .map([.init(.text("deep"), .array([.array([.unsigned(9)])]))])),
    ])

    private func withSample<Result>(_ body: (Item) throws -> Result) throws -> Result {
        try Self.sample.serialised().withUnsafeBytes { try body(Item(checking: $0)) }
    }

    @Test("Items find elements, labels and keys that are numbers")
    func finding() throws {
        try withSample { item in
            #expect(try item.count() == 3)
            let lines = try #require(try item.find { (try? $0.text()) == "lines" })
            #expect(try lines.element(0).integer() == -3)
            #expect(try lines.element(0).real() == -3)
            #expect(try lines.element(1).text() == "ü")
            #expect(try lines.element(2).bool())
            #expect(try lines.element(3).kind == .null)
            #expect(try lines.element(4).real() == 0.5)
            #expect(throws: ItemError.self) { try lines.element(5) }
            let seven = try #require(try item.find { (try? $0.integer()) == 7 })
            #expect(seven.kind == .map)
        }
    }

    @Test("Items know the path from one to another")
    func paths() throws {
        try withSample { item in
            let seven = try #require(try item.find { (try? $0.integer()) == 7 })
            let deep = try #require(try seven.find { _ in true })
            let nine = try deep.element(0).element(0)
            #expect(item.path(to: nine.offset).written == "[7].deep[0][0]")
            #expect(item.path(to: item.offset).written == "")
        }
    }

    @Test("Items give numbers in whatever format they were written", arguments: NumberFormat.allCases)
    func numbers(format: NumberFormat) throws {
        // As numbers of each format, big-endian too, and as a list.
        let values: [CBORValue] = [.unsigned(0), .unsigned(1), .unsigned(100)]
        let messages = [
            try CBOREncoder().encode([Int8](arrayLiteral: 0, 1, 100)),
            try CBOREncoder().encode([UInt64](arrayLiteral: 0, 1, 100)),
            try CBOREncoder().encode([Double](arrayLiteral: 0, 1, 100)),
            CBORValue.tagged(66, .bytes([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 100])).serialised(),
            CBORValue.bytes([0, 1, 100]).serialised(),
            CBORValue.array(values).serialised(),
        ]
        for message in messages {
            try message.withUnsafeBytes { bytes in
                let item = try Item(checking: bytes)
                let isReal = [.numbers].contains(item.kind) && message[1] == 86
                // An integer type takes no real numbers, whatever their values.
                if isReal, format != .float, format != .double {
                    #expect(throws: ItemError.self) { try item.numbers(as: format) { $0.count } }
                    return
                }
                let decoded = try item.numbers(as: format) { numbers -> [CBORValue] in
                    #expect(numbers.format == format)
                    var copy: [UInt8] = []
                    withUnsafeTemporaryAllocation(byteCount: ItemHead.longest, alignment: 8) { head in
                        let size = ItemHead.numbers(format, count: numbers.count, to: head.baseAddress!, at: 0)
                        copy += head[..<size]
                    }
                    return (try? CBORValue(parsing: copy + numbers.bytes))?.numbers ?? []
                }
                #expect(decoded.map(\.real) == [0, 1, 100])
            }
        }
    }

    @Test("Items begin typed arrays so that their numbers are aligned", arguments: NumberFormat.allCases)
    func alignment(format: NumberFormat) throws {
        for offset in 0..<16 {
            for count in [0, 1, 2, 3, 23, 24, 31, 255, 256, 8191, 8192, 65535, 65536, 1 << 20, 1 << 29, 1 << 33] {
                try withUnsafeTemporaryAllocation(byteCount: ItemHead.longest, alignment: 8) { head in
                    let size = ItemHead.numbers(format, count: count, to: head.baseAddress!, at: offset)
                    #expect(size <= ItemHead.longest)
                    #expect((offset + size).isMultiple(of: format == .uint8 ? 1 : format.width))
                    guard count <= 65536 else { return }
                    let message = Array(head[..<size]) + [UInt8](repeating: 0, count: count * format.width)
                    let found = try message.withUnsafeBytes { try Item(checking: $0).count() }
                    #expect(found == count)
                }
            }
        }
    }

    @Test(
        "Items refuse what is not one data item",
        arguments: [[], [0x82, 1], [1, 1], [0xff], [0x61, 0xff], [0x5f, 1, 0xff]]
    )
    func malformed(bytes: [UInt8]) {
        #expect(throws: CBORError.self) { try bytes.withUnsafeBytes { _ = try Item(checking: $0) } }
    }
}

extension CBORValue {
    /// The numbers of a typed array, behind the tag that says nothing, or of bytes.
    fileprivate var numbers: [CBORValue]? {
        switch self {
        case .tagged(55799, let value): value.numbers
        case .bytes(let bytes): bytes.map { .unsigned(UInt64($0)) }
        default: typedArray
        }
    }

    fileprivate var real: Double? {
        switch self {
        case .unsigned(let value): Double(value)
        case .float(let value): value
        default: nil
        }
    }
}
