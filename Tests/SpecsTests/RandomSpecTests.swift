import CBOR
import Specs
import Support
import Testing

@Suite("Random specs", .ownThread)
struct RandomSpecTests {
    @Test("JSON values arrive as they are")
    func roundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<1000 {
            let value = randomValue(&random, depth: 0)
            let seed = random.seed
            var bytes: [UInt8] = []
            var text = "a(\(value.json))"
            try text.withUTF8 { text in
                var parser = SpecParser(UnsafeRawBufferPointer(text))
                let hasCall = try parser.next()
                bytes = parser.call.encoded
                let hasMore = try parser.next()
                #expect(hasCall && !hasMore, "seed \(seed)")
            }
            #expect(try CBORValue(parsing: bytes) == .array([value]), "seed \(seed)")
        }
    }

    @Test("Whatever stands there, the parser comes to an end, and errors are within the text")
    func damage() throws {
        var random = SeededGenerator()
        let seeds = [
            #"julia.JuliaLine(row: 0..<960, z: [1, {"a": "\u00e9\ud834\udd1e"}])"#,
            #"./libtasks.so:square_root(each([1, 4.5e3, -9])); sh("gzip -9 \"$1\"", each(argv)) # x"#,
            "exec([\"convert\", each(lines(\"list.txt\")), \"out/\"])\nf(x: glob(\"*.c\"), y: true)",
        ].map { Array($0.utf8) }
        let alphabet = Array("()[]{}:;,.\"\\#<-+0159eEau \n\t\r".utf8) + [0, 0x7F, 0x80, 0xC3, 0xED, 0xFF]
        for _ in 0..<4000 {
            var text = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text[place] = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                case 1: text.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &random)], at: place)
                case 2: if text.count > 1 { text.remove(at: place) }
                default: text = Array(text[..<max(1, place)])
                }
            }
            let seed = random.seed
            for layout in [SpecParser.Layout.free, .lines] { parseAll(text, layout, seed) }
        }
    }

    private func parseAll(_ text: [UInt8], _ layout: SpecParser.Layout, _ seed: UInt64) {
        let lines = text.count { $0 == UInt8(ascii: "\n") } + 1
        text.withUnsafeBytes { bytes in
            var parser = SpecParser(bytes, layout: layout)
            // Each call and each error takes a byte at least.
            for _ in 0...text.count {
                do throws(SpecError) {
                    guard try parser.next() else { return }
                    var expansion = try SpecExpansion(parser.call, in: parser, lists: FixedLists(argv: ["a", "b"]))
                    var arguments: [UInt8] = []
                    if expansion.next(appendingTo: &arguments) {
                        #expect(throws: Never.self, "seed \(seed)") { try CBORValue(parsing: arguments) }
                    }
                } catch {
                    #expect((1...lines).contains(error.line) && error.column >= 1, "seed \(seed)")
                    #expect(error.description.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
                    if layout == .free { return }
                }
            }
            Issue.record("no end, seed \(seed)")
        }
    }

    /// A value that JSON can say, and that one spelling of JSON stands for.
    private func randomValue(_ random: inout SeededGenerator, depth: Int) -> CBORValue {
        switch Int.random(in: 0..<(depth < 4 ? 9 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .unsigned(random.next() >> UInt64.random(in: 0..<64, using: &random))
        case 3: return .negative(random.next() >> UInt64.random(in: 1..<64, using: &random))
        case 4:
            let value = Double(bitPattern: random.next())
            return .float(value.isFinite ? value : 0.5)
        case 5, 6: return .text(randomText(&random))
        case 7:
            return .array(
                (0..<Int.random(in: 0..<40, using: &random)).map { _ in randomValue(&random, depth: depth + 1) }
            )
        default:
            let keys = Set((0..<Int.random(in: 0..<30, using: &random)).map { _ in randomText(&random) })
            return .map(keys.map { CBORValue.Entry(.text($0), randomValue(&random, depth: depth + 1)) })
        }
    }

    private func randomText(_ random: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<20, using: &random) {
            let range: ClosedRange<UInt32> = Bool.random(using: &random) ? 0...0x7F : 0...0x10FFFF
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}
