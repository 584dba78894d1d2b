import Specs
import Testing

/// A parser goes on behind an error as if the wrong line had not been there.
@Suite("After a malformed line")
struct RecoveryTests {
    /// What a parser that reads line by line makes of each line: a call's name, or the column of an error.
    private func read(_ lines: [String]) -> [String] {
        let text = Array(lines.joined(separator: "\n").utf8)
        return text.withUnsafeBytes { bytes in
            var parser = SpecParser(bytes, layout: .lines)
            var found: [String] = []
            while true {
                do throws(SpecError) {
                    guard try parser.next() else { return found }
                    found.append("\(CallName(parser[parser.call.name]))")
                } catch {
                    found.append("\(error.line):\(error.column)")
                }
            }
        }
    }

    private func nested(_ levels: Int) -> String {
        "deep(\(String(repeating: "[", count: levels))\(String(repeating: "]", count: levels)))"
    }

    @Test("A line after a malformed one may be nested as deeply")
    func depth() {
        let limit = SpecParser.depthLimit
        let wrong = [String](repeating: "a([[[[", count: 50)
        #expect(
            read(wrong + [nested(limit), nested(limit + 1), nested(limit)]).suffix(3) == ["deep", "52:134", "deep"]
        )
    }

    @Test("Lists and ranges after a malformed line are not taken to stand inside 'each'")
    func each() {
        let lines = ["a(each([1, ?]))", "b(argv)", "a(each([", "c(each(0..<3))", "a(each(?))", "d(0..<3)"]
        #expect(read(lines) == ["1:12", "b", "3:9", "c", "5:8", "d"])
    }

    @Test("A call after a malformed line has its own arguments only")
    func arguments() throws {
        let text = Array("a(x: 1, y: [2\nb(z: 3)".utf8)
        try text.withUnsafeBytes { bytes throws in
            var parser = SpecParser(bytes, layout: .lines)
            #expect(throws: SpecError.self) { try parser.next() }
            #expect(try parser.next())
            #expect(parser.call.arguments.count == 1)
            #expect(parser.call.encoded == [0xA1, 0x61, 0x7A, 0x03])
        }
    }
}
