import Glibc
import Support
import Testing

@testable import PluginLoading

/// Single fields of a real library's headers, changed: what counts, and what does not (`elf(5)`).
@Suite("The reader of ELF headers", .ownThread)
struct HeaderTests {
    /// Where the fields of the file's header lie.
    private enum Field {
        static let programHeaderSize = 54, sectionHeaderSize = 58
    }

    /// A library with a function, with data, and with a function that it expects others to have.
    private static let library = Result {
        try Fixtures.c(
            "int answer = 42; void relax(void); int square(int x) { relax(); return x * x; }",
            library: "headers"
        )
    }

    private static func changed(_ name: String, _ change: (inout [UInt8]) throws -> Void) throws -> String {
        var bytes = try Fixtures.bytes(of: library.get())
        try change(&bytes)
        return try Fixtures.file("headers-\(name).so", bytes)
    }

    private static func number<Number: FixedWidthInteger>(_ bytes: [UInt8], at offset: Int) -> Number {
        bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
    }

    private static func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int, in bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }

    /// Where the program headers of a type begin.
    private static func segments(_ type: UInt32, in bytes: [UInt8]) -> [Int] {
        let table = Int(number(bytes, at: 32) as UInt64)
        let count = Int(number(bytes, at: 56) as UInt16)
        return (0..<count).map { table + 56 * $0 }.filter { number(bytes, at: $0) as UInt32 == type }
    }

    /// Where the section headers of a type begin.
    private static func sections(_ type: UInt32, in bytes: [UInt8]) -> [Int] {
        let table = Int(number(bytes, at: 40) as UInt64)
        let count = Int(number(bytes, at: 60) as UInt16)
        return (0..<count).map { table + 64 * $0 }.filter { number(bytes, at: $0 + 4) as UInt32 == type }
    }

    @Test("The reader of ELF headers lists the functions of a library and the symbols that it needs")
    func theSymbolsAreFunctionsAndWhatIsNeeded() throws {
        let symbols = try ELFSymbols(path: Self.library.get())
        #expect(symbols.functions.contains("square"))
        #expect(!symbols.functions.contains("answer"))
        #expect(symbols.needed.contains("relax"))
    }

    @Test("The reader of ELF headers reports program headers of another size as damage")
    func programHeadersOfAnotherSizeAreDamage() throws {
        let path = try Self.changed("entries") { Self.store(UInt16(57), at: Field.programHeaderSize, in: &$0) }
        expectError(path, .notALibrary, "its ELF header is damaged; build it again")
    }

    @Test("The reader of ELF headers does not read section headers of another size")
    func sectionHeadersOfAnotherSizeAreNotRead() throws {
        let path = try Self.changed("sections") { Self.store(UInt16(32), at: Field.sectionHeaderSize, in: &$0) }
        _ = try ELFImage(path: path)
        #expect(try ELFSymbols(path: path).functions.isEmpty)
    }

    @Test("The reader of ELF headers does not read symbols without a table of names")
    func symbolsWhoseNamesAreNowhereAreNotRead() throws {
        let path = try Self.changed("names") { bytes in
            let dynamicSymbols: UInt32 = 11
            let section = try #require(Self.sections(dynamicSymbols, in: bytes).first)
            Self.store(UInt32.max, at: section + 40, in: &bytes)
        }
        #expect(try ELFSymbols(path: path).functions.isEmpty)
    }

    @Test("The reader of ELF headers reports a segment whose end overflows as missing")
    func aSegmentBeyondAllNumbersIsNotInTheFile() throws {
        let path = try Self.changed("overflow") { bytes in
            let segment = try #require(Self.segments(UInt32(PT_LOAD), in: bytes).first)
            Self.store(UInt64.max - 15, at: segment + 8, in: &bytes)
            Self.store(UInt64(32), at: segment + 32, in: &bytes)
        }
        let error = #expect(throws: PluginError.self) { try ELFImage(path: path) }
        #expect(error?.code == .truncated)
        #expect(error?.message.contains(" of at least \(UInt64.max);") == true)
    }

    @Test("The reader of ELF headers accepts segments without content anywhere")
    func aSegmentThatIsNoneMayLieAnywhere() throws {
        let stack: UInt32 = 0x6474_e551
        let path = try Self.changed("null") { bytes in
            let segment = try #require(Self.segments(stack, in: bytes).first)
            Self.store(UInt32(PT_NULL), at: segment, in: &bytes)
            Self.store(UInt64.max / 2, at: segment + 8, in: &bytes)
        }
        _ = try ELFImage(path: path)
    }

    @Test("The reader of ELF headers ignores entries behind the end of the dynamic section")
    func whatStandsBehindTheEndOfTheDynamicSectionDoesNotCount() throws {
        let path = try Self.changed("dynamic") { bytes in
            let segment = try #require(Self.segments(UInt32(PT_DYNAMIC), in: bytes).first)
            let start = Int(Self.number(bytes, at: segment + 8) as UInt64)
            let end = start + Int(Self.number(bytes, at: segment + 32) as UInt64)
            let last = try #require(
                stride(from: start, to: end, by: 16).first { Self.number(bytes, at: $0) as Int64 == DT_NULL }
            )
            // Linkers leave room.
            try #require(last + 32 <= end)
            Self.store(Int64(DT_FLAGS_1), at: last + 16, in: &bytes)
            Self.store(UInt64(0x0800_0000), at: last + 24, in: &bytes)
        }
        _ = try ELFImage(path: path)
    }

    @Test("The reader of ELF headers does not take other notes for a build ID")
    func otherNotesAreNoBuildID() {
        func note(_ name: [UInt8], _ description: [UInt8]) -> [UInt8] {
            [4, 0, 0, 0, UInt8(description.count), 0, 0, 0, 3, 0, 0, 0] + name + description
        }
        #expect(ImageIdentity(notes: note(Array("GNU\0".utf8), [1, 2, 3, 4]), alignment: 4)?.description == "01020304")
        #expect(ImageIdentity(notes: note(Array("Go\0\0".utf8), [1, 2, 3, 4]), alignment: 4) == nil)
        #expect(ImageIdentity(notes: note(Array("GNU\0".utf8), []), alignment: 4) == nil)
    }
}
