import Specs
import Testing

@Suite("An error of a spec")
struct SpecErrorTests {
    @Test("An error of a spec shows the line, and a caret below the place")
    func caret() throws {
        #expect(
            firstError(in: "b()\n  julia.JuliaLine(row: 0..<960")?.description == """
                spec:2:31: expected ',' or ')', found the end
                    julia.JuliaLine(row: 0..<960
                                                ^
                """
        )
    }

    @Test("An error of a spec counts columns in bytes, and sets the caret by characters")
    func columns() throws {
        #expect(
            firstError(in: #"a(x: "ä𝄞é" 3)"#)?.description == """
                spec:1:17: expected ',' or ')', found '3'
                  a(x: "ä𝄞é" 3)
                             ^
                """
        )
    }

    @Test("An error of a spec cuts a long line, and shows nothing that drives a terminal")
    func longLine() throws {
        let description = try #require(
            firstError(in: "a(x: \"\u{9b}" + String(repeating: "é", count: 500) + "\" \u{1b}[31m")?.description
        )
        let lines = description.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3)
        #expect(lines[1].utf8.count < 250)
        #expect(!description.contains("\u{1b}"))
        #expect(lines[2].count <= lines[1].count)
        let caret = lines[1].index(lines[1].startIndex, offsetBy: lines[2].count - 1)
        #expect(lines[1][caret] == "\u{FFFD}")
    }

    @Test("An error of a spec is the line's alone: the calls of the next line can be read")
    func recovery() throws {
        let text = Array("a(1)\nb(]; c()\nd([[[(\n# x\ne()\n".utf8)
        text.withUnsafeBytes { bytes in
            var parser = SpecParser(bytes, source: "calls", firstLine: 7, layout: .lines)
            var found: [String] = []
            while true {
                do throws(SpecError) {
                    guard try parser.next() else { break }
                    found.append("\(CallName(parser[parser.call.name])) in \(parser.line)")
                } catch {
                    found.append(error.summary)
                }
            }
            #expect(
                found == [
                    "a in 7", "calls:8:3: expected a value, found ']'", "calls:9:6: expected a value, found '('",
                    "e in 11",
                ]
            )
        }
    }
}
