import Support
import Testing

@Suite("Standard output")
struct OutputTests {
    @Test(
        "Standard output is complete and unchanged, however the program ends",
        arguments: Start.all,
        [("return", 0), ("exit", 9), ("throw", 1), ("terminate", 143)]
    )
    func complete(start: Start, ending: (name: String, status: Int)) async throws {
        let result = try await launch(start, [try await Plugins.endings, "output", ending.name])
        #expect(result.status == .exited(ending.status))
        #expect(result.stdout.bytes.count == Self.expected.count)
        let isUnchanged = result.stdout.bytes == Self.expected
        #expect(isUnchanged)
        #expect(result.stderr.text == (ending.name == "throw" ? "mpifutures: refused: enough\n" : ""))
    }

    /// What the fixture writes.
    private static let expected = (0..<4_000_000).map { index in
        let byte = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 13)
        return index >= 3_940_000 && byte == UInt8(ascii: "\n") ? 0 : byte
    }

    @Test("Standard output keeps the lines of several ranks whole", arguments: [2, 3, 5])
    func wholeLines(n: Int) async throws {
        let result = try await launch(.ranks(n), [try await Plugins.endings, "lines"])
        let expected = (0..<9).flatMap { number in
            (0..<200).map { line in
                (0..<20).map { "\(number)-\(line)-\($0) " }.joined() + "end"
            }
        }
        #expect(result.status == .exited(0))
        #expect(result.stdout.sortedLines == expected.sorted())
        #expect(result.stderr.text == "")
    }
}
