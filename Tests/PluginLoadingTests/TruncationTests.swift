import Glibc
import PluginLoading
import Support
import Testing

/// A library that was copied in part: mapping it would end the process with SIGBUS.
@Suite("A truncated or damaged library", .ownThread)
struct TruncationTests {
    @Test(
        "A truncated or damaged library gives the size that a file has and the size that it should have",
        arguments: [4, 63, 64, 500]
    )
    func theSizesAreNamed(size: Int) throws {
        let whole = try Fixtures.bytes(of: Fixtures.smallLibrary.get())
        let needed = size < 64 ? 64 : whole.count
        expectError(
            try Fixtures.file("short-\(size).so", whole.prefix(size)),
            .truncated,
            "it is truncated: \(size) bytes of at least \(needed); copy or build it again"
        )
    }

    @Test("A truncated or damaged library is refused wherever it is cut")
    func everyTruncationIsAnError() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let whole = try Fixtures.bytes(of: Fixtures.typesPlugin.get())
        for _ in 0..<300 {
            let size = Int.random(in: 0..<whole.count, using: &generator)
            let path = try Fixtures.file("cut.so", whole.prefix(size))
            let error = #expect(throws: PluginError.self, "seed \(seed), size \(size)") { try ELFImage(path: path) }
            #expect(error?.code == (size < 4 ? .notALibrary : .truncated), "seed \(seed), size \(size)")
        }
    }

    /// Without the section table at its end, only what the loader itself needs counts.
    @Test("A truncated or damaged library loads or is refused, but never crashes, if it is stripped")
    func aStrippedLibraryLoadsOrIsRefusedButNeverCrashes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        var whole = try Fixtures.bytes(of: Fixtures.smallLibrary.get())
        whole.replaceSubrange(40..<48, with: repeatElement(0, count: 8))
        whole.replaceSubrange(60..<64, with: repeatElement(0, count: 4))
        var sizes = (0..<150).map { _ in Int.random(in: 0..<whole.count, using: &generator) }
        sizes.append(whole.count)
        let paths = try sizes.map { try Fixtures.file("stripped-\($0).so", whole.prefix($0)) }
        let answers = try host(paths.map { ["run", $0, "program", "argument"] })
        try #require(answers.count == sizes.count, "seed \(seed)")
        let needed = sizes.indices.filter { answers[$0] == "returned 2" }.map { sizes[$0] }.min() ?? 0
        for (size, answer) in zip(sizes, answers) {
            if size >= needed {
                #expect(answer == "returned 2", "seed \(seed), size \(size)")
            } else {
                #expect(answer.hasPrefix("error: cannot load '"), "seed \(seed), size \(size)")
            }
        }
        #expect(answers.last == "returned 2")
    }

    /// The headers are read from a file that anyone may have written.
    @Test("A truncated or damaged library never crashes the check by damaged headers")
    func damagedHeadersNeverCrashTheCheck() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let whole = try Fixtures.bytes(of: Fixtures.smallLibrary.get())
        var refused = 0
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let place = Int.random(in: 4..<1024, using: &generator)
                bytes[place] =
                    [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            let path = try Fixtures.file("damaged.so", bytes)
            do {
                _ = try ELFImage(path: path)
            } catch {
                refused += 1
                #expect(error.message.hasPrefix("cannot load '\(path)': it"), "seed \(seed)")
            }
        }
        #expect(refused > 100, "seed \(seed)")
    }

    /// The header, and each entry of the tables that it leads to, holds numbers of two, four and eight bytes.
    @Test("A truncated or damaged library never crashes the readers by extreme numbers in headers")
    func extremeNumbersInHeadersNeverCrashTheReaders() throws {
        let whole = try Fixtures.bytes(of: Fixtures.smallLibrary.get())
        func number(at offset: Int) -> Int {
            whole.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
        }
        let tables = [(0, 64), (number(at: 32), 56 * Int(whole[56])), (number(at: 40), 64 * Int(whole[60]))]
        let extremes: [UInt64] = [
            0, 1, 23, 0x7fff_ffff, 0xffff_ffff, 1 << 62, 0x7fff_ffff_ffff_ffff, 1 << 63, .max - 23, .max,
        ]
        let path = try Fixtures.file("extreme.so", whole)
        let reference = try ELFSymbols(path: path)
        #expect(!reference.functions.isEmpty)
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        defer { close(descriptor) }
        for (start, size) in tables {
            for offset in stride(from: start, to: start + size, by: 2) where offset >= 4 {
                for width in [2, 4, 8] where offset % width == 0 {
                    for extreme in extremes {
                        var bytes = extreme.littleEndian
                        pwrite(descriptor, &bytes, width, offset)
                        _ = try? ELFImage(path: path)
                        _ = try? ELFSymbols(path: path)
                        whole.withUnsafeBytes { _ = pwrite(descriptor, $0.baseAddress! + offset, width, offset) }
                    }
                }
            }
        }
        #expect(try ELFSymbols(path: path).functions == reference.functions)
    }
}
