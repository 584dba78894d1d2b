import CBOR
import Specs
import Support
import Testing

@Suite("The grammar of specs")
struct GrammarTests {
    @Test("A call has a name, and arguments with labels")
    func labels() throws {
        let call = try #require(try parse("julia.JuliaLine(row: 480, zoom: 1.5)").first)
        #expect(call.name == CallName(library: .module("julia"), name: "JuliaLine"))
        #expect(call.labels == ["row", "zoom"])
        #expect(call.calls == [#"{"row": 480, "zoom": 1.5}"#])
    }

    @Test("Arguments without labels are told apart by position")
    func positions() throws {
        let call = try #require(try parse(#"sh("echo $1", 7, [true, null])"#).first)
        #expect(call.labels == [nil, nil, nil])
        #expect(call.calls == [#"["echo $1", 7, [true, null]]"#])
    }

    @Test(
        "A name may say where the callable is",
        arguments: [
            ("Name()", CallName(library: .unnamed, name: "Name")),
            ("m.Outer.Inner()", CallName(library: .module("m"), name: "Outer.Inner")),
            ("./libtasks.so:square_root()", CallName(library: .path("./libtasks.so"), name: "square_root")),
            ("libtasks.so:f()", CallName(library: .path("libtasks.so"), name: "f")),
            ("/a:b/lib.so:A.B()", CallName(library: .path("/a:b/lib.so"), name: "A.B")),
            (#""./my (lib); x.so":f()"#, CallName(library: .path("./my (lib); x.so"), name: "f")),
            ("größe.Maß()", CallName(library: .module("größe"), name: "Maß")),
            ("_m1._N2 ()", CallName(library: .module("_m1"), name: "_N2")),
        ]
    )
    func names(_ spec: String, _ name: CallName) throws {
        #expect(try parse(spec).map(\.name) == [name])
    }

    @Test("Semicolons, newlines and comments stand between calls")
    func separators() throws {
        let spec = "\n# first\na(); ;b() # (not a call)\r\n;c(x: 1)#\n\n  d()"
        #expect(try parse(spec).map(\.name.name) == ["a", "b", "c", "d"])
        #expect(try parse(spec).map(\.line) == [3, 3, 4, 6])
        #expect(try parse("").isEmpty)
        #expect(try parse("# nothing").isEmpty)
    }

    @Test("A call may go over several lines, with comments")
    func severalLines() throws {
        let calls = try parse("a(x: 1, # one\n  y: [2,\n  3]\n)\nb()")
        #expect(calls.map(\.calls) == [[#"{"x": 1, "y": [2, 3]}"#], ["[]"]])
        #expect(calls.map(\.line) == [1, 5])
    }

    @Test("In a file of calls a line's end is a call's end")
    func lines() throws {
        #expect(try parse("a(); b()\nc()\n", layout: .lines).map(\.line) == [1, 1, 2])
        #expect(
            firstError(in: "a(x: 1,\ny: 2)", layout: .lines)?.message
                == "expected an argument, found the end of the line"
        )
        #expect(
            firstError(in: "a(x: 1, # one\ny: 2)", layout: .lines)?.message
                == "expected a label: the other arguments have one"
        )
    }

    @Test(
        "Numbers are exact integers of 64 bits, or else floating-point numbers",
        arguments: [
            ("0", "0"), ("-0", "0"), ("24", "24"), ("-25", "-25"), ("65536", "65536"),
            ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
            ("18446744073709551615", "18446744073709551615"), ("18446744073709551616", "1.8446744073709552e+19"),
            ("-9223372036854775809", "-9.223372036854776e+18"), ("1.0", "1.0"), ("1e2", "100.0"),
            ("-1.5E-3", "-0.0015"),
            ("0.1", "0.1"), ("1e-400", "0.0"),
        ]
    )
    func numbers(_ text: String, _ value: String) throws {
        #expect(try arguments("a(\(text))") == ["[\(value)]"])
    }

    @Test(
        "Strings have JSON's escapes",
        arguments: [
            (#""""#, ""), (#""äöü€𝄞""#, "äöü€𝄞"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
            (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""a\uD834\uDD1Eb""#, "a𝄞b"), (#""\u0000""#, "\0"),
            (#""é\n€""#, "é\n€"),
        ]
    )
    func strings(_ text: String, _ value: String) throws {
        var text = "a(x: \(text))"
        let bytes = text.withUTF8 { text -> [UInt8] in
            var parser = SpecParser(UnsafeRawBufferPointer(text))
            return (try? parser.next()) == true ? parser.call.encoded : []
        }
        // Map of one entry, "x", and the text's head.
        #expect(String(decoding: bytes.dropFirst(4), as: UTF8.self) == value)
    }

    @Test("Arrays and objects hold any values, and many of them")
    func containers() throws {
        #expect(try arguments(#"a(x: {"a": [], "b": {"c": [1, {}]}})"#) == [#"{"x": {"a": [], "b": {"c": [1, {}]}}}"#])
        let many = (0..<1000).map(String.init).joined(separator: ", ")
        #expect(try arguments("a([\(many)])") == ["[[\(many)]]"])
        let labels = (0..<30).map { "l\($0): \($0)" }.joined(separator: ", ")
        #expect(try parse("a(\(labels))").first?.labels.count == 30)
    }

    @Test("A call may have very many labels", .ownThread, .timeLimit(.minutes(10)))
    func manyLabels() throws {
        // Labels that are compared each with each would take hours.
        let labels = (0..<100_000).map { "l\($0): 0" }.joined(separator: ", ")
        #expect(try parse("a(\(labels))").first?.labels.count == 100_000)
        #expect(firstError(in: "a(\(labels), l99999: 1)")?.message == "the label 'l99999' is there twice")
    }

    @Test("Nesting has a limit")
    func depth() throws {
        let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        #expect(try arguments("a(\(deep(SpecParser.depthLimit)))").count == 1)
        let error = firstError(in: "a(\(deep(SpecParser.depthLimit + 1)))")
        #expect(error?.message == "nested in more than 128 levels")
        #expect(error?.column == 3 + SpecParser.depthLimit)
        #expect(firstError(in: "a(" + String(repeating: "[", count: 1_000_000)) != nil)
    }

    @Test("A string that is not UTF-8 is a byte string")
    func byteStrings() throws {
        let spec = Array("a(\"".utf8) + [0x61, 0xFF] + Array("\", \"\\n".utf8) + [0xC3] + Array("\", \"é\\n\")".utf8)
        let encoded = spec.withUnsafeBytes { text -> [UInt8] in
            var parser = SpecParser(text)
            return (try? parser.next()) == true ? parser.call.encoded : []
        }
        #expect(try CBORValue(parsing: encoded).diagnostic == #"[h'61ff', h'0ac3', "é\n"]"#)
    }

    @Test("Invalid UTF-8 is found where it stands")
    func invalidUTF8() throws {
        for (bytes, column) in [
            ([0xFF], 3), (Array("{\"".utf8) + [0xC3, 0x28] + Array("\": 1}".utf8), 5),
            (Array("{\"a".utf8) + [0xED, 0xA0, 0x80] + Array("\": 1}".utf8), 6),
        ] {
            let text = Array("a(".utf8) + bytes.map { UInt8($0) } + Array(")".utf8)
            let error = text.withUnsafeBytes { bytes -> SpecError? in
                var parser = SpecParser(bytes)
                do throws(SpecError) { _ = try parser.next() } catch { return error }
                return nil
            }
            #expect(error?.column == column)
            #expect(error?.message.contains("invalid UTF-8") == true || error?.message.contains("\u{FFFD}") == true)
        }
    }
}
