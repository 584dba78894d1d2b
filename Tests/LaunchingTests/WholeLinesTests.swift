import Launching
import Support
import Testing

@Suite("Whole lines of a stream")
struct WholeLinesTests {
    /// Passes a text in random pieces, and returns what was passed on each time.
    private func pass(_ text: String, label: String, seed: UInt64, longestPiece: Int = 30) -> [[UInt8]] {
        var generator = SeededGenerator(seed: seed)
        var lines = WholeLines(label: label)
        var passed: [[UInt8]] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...longestPiece, using: &generator))
            passed.append(lines.add(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return passed + [lines.finish()]
    }

    @Test("Lines are passed on whole, behind their label, whatever the pieces are", arguments: 0..<50 as Range<UInt64>)
    func labelled(seed: UInt64) {
        let text = "one\n\nthree 3\n\(String(repeating: "4", count: 100))\nlast"
        let passed = pass(text, label: "[2] ", seed: seed)
        let all = passed.flatMap(\.self)
        let expected = "[2] one\n[2] \n[2] three 3\n[2] \(String(repeating: "4", count: 100))\n[2] last\n"
        #expect(String(decoding: all, as: UTF8.self) == expected, "seed \(seed)")
        #expect(passed.allSatisfy { $0.isEmpty || $0.last == UInt8(ascii: "\n") }, "seed \(seed)")
    }

    @Test("Lines without a label are unchanged, and the last one gets an end", arguments: 0..<20 as Range<UInt64>)
    func plain(seed: UInt64) {
        let all = pass("a\n\nb\r\nc", label: "", seed: seed).flatMap(\.self)
        #expect(String(decoding: all, as: UTF8.self) == "a\n\nb\r\nc\n", "seed \(seed)")
        #expect(pass("a\n", label: "", seed: seed).flatMap(\.self) == Array("a\n".utf8), "seed \(seed)")
    }

    @Test("A line without end is passed on in pieces, with one label", arguments: 0..<5 as Range<UInt64>)
    func endless(seed: UInt64) {
        let long = String(repeating: "x", count: 3 * WholeLines.longestLine)
        let passed = pass("\(long)\nshort\n\(long)", label: "> ", seed: seed, longestPiece: 1 << 18)
        let isRight = passed.flatMap(\.self) == Array("> \(long)\n> short\n> \(long)\n".utf8)
        #expect(isRight, "seed \(seed)")
        #expect(passed.count { !$0.isEmpty } > 5, "seed \(seed)")
    }
}
