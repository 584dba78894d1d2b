import CBOR
import Specs
import Testing

@Suite("A call with ranges or each")
struct ExpansionTests {
    @Test("A call with ranges or each is a map: sequences advance together, other values repeat")
    func sequencesAdvanceTogether() throws {
        let spec = #"a(x: 3..<6, y: each(["p", [1], null]), z: 9)"#
        #expect(
            try arguments(spec) == [
                #"{"x": 3, "y": "p", "z": 9}"#, #"{"x": 4, "y": [1], "z": 9}"#, #"{"x": 5, "y": null, "z": 9}"#,
            ]
        )
    }

    @Test("A call with ranges or each takes closed, empty and negative ranges, with or without each")
    func ranges() throws {
        #expect(try arguments("a(-1...1)") == ["[-1]", "[0]", "[1]"])
        #expect(try arguments("a(each(-1 ..< 1))") == ["[-1]", "[0]"])
        #expect(try arguments("a(5..<5)").isEmpty)
        #expect(try arguments("a(each([]))").isEmpty)
        #expect(
            try arguments("a(9223372036854775806...9223372036854775807)") == [
                "[9223372036854775806]", "[9223372036854775807]",
            ]
        )
    }

    @Test("A call with ranges or each may have its sequences inside arrays and objects")
    func nested() throws {
        #expect(
            try arguments(#"exec(["convert", each(["a", "b"]), {"n": 1..<3}])"#) == [
                #"[["convert", "a", {"n": 1}]]"#, #"[["convert", "b", {"n": 2}]]"#,
            ]
        )
    }

    @Test("A call with ranges or each is expanded while it goes: a billion calls take no room")
    func isLazy() throws {
        #expect(
            try arguments("a(x: 0..<1000000000, y: 1...1000000000)", limit: 2) == [
                #"{"x": 0, "y": 1}"#, #"{"x": 1, "y": 2}"#,
            ]
        )
    }

    @Test("A call with ranges or each may have as many calls as a number can count")
    func longest() throws {
        #expect(try arguments("a(1...9223372036854775807)", limit: 2) == ["[1]", "[2]"])
        #expect(try arguments("a(-9223372036854775806..<0)", limit: 1) == ["[-9223372036854775806]"])
    }

    @Test("A call with ranges or each goes through lines, paths and arguments")
    func lists() throws {
        let lists = FixedLists(
            argv: ["one", "zwö"],
            files: ["l": "a\n\nb c\r\nd", "empty": "", "e": "x\n"],
            matches: ["*.c": ["x.c", "y.c"]]
        )
        #expect(try arguments(#"a(each(lines("l")))"#, lists: lists) == [#"["a"]"#, #"[""]"#, #"["b c"]"#, #"["d"]"#])
        #expect(try arguments(#"a(each(lines("empty")))"#, lists: lists).isEmpty)
        #expect(try arguments(#"a(each(lines("e")))"#, lists: lists) == [#"["x"]"#])
        #expect(
            try arguments(#"a(each(glob("*.c")), each(argv))"#, lists: lists) == [
                #"["x.c", "one"]"#, #"["y.c", "zwö"]"#,
            ]
        )
    }

    @Test("A call with ranges or each gives elements that are not UTF-8 as byte strings")
    func byteStrings() throws {
        let lists = FixedLists(
            argv: [[0x61], [0xFF]],
            files: [(path: [0x6C], content: [0x62, 0x0A, 0xC3, 0x0D, 0x0A])],
            matches: [(pattern: [0x2A], paths: [[0x78], [0xE9, 0x2E]])]
        )
        let calls = try arguments(#"a(each(argv), each(lines("l")), each(glob("*")))"#, lists: lists)
        #expect(calls == [#"["a", "b", "x"]"#, "[h'ff', h'c3', h'e92e']"])
        #expect(try arguments("a(argv)", lists: lists) == [#"[["a", h'ff']]"#])
    }

    @Test("Lists without each are arrays")
    func wholeLists() throws {
        let lists = FixedLists(argv: ["one", "two"], files: ["l": "a\nb\n"])
        #expect(
            try arguments(#"a(x: argv, y: lines("l"), z: 0..<2)"#, lists: lists) == [
                #"{"x": ["one", "two"], "y": ["a", "b"], "z": 0}"#, #"{"x": ["one", "two"], "y": ["a", "b"], "z": 1}"#,
            ]
        )
        #expect(try arguments(#"a(glob("none"))"#) == ["[[]]"])
    }

    @Test("A call with ranges or each of different lengths is an error before the first call")
    func lengths() throws {
        let error = try #require(firstError(in: "b();\na(x: 0..<3, y: each([1, 2]))"))
        let advice = "write 'product' for all combinations"
        #expect(error.summary == "spec:2:21: sequences that advance together differ in length: 3 and 2; \(advice)")
    }

    @Test("A call with ranges or each that names a file that cannot be read is an error")
    func missingFile() throws {
        let error = try #require(firstError(in: #"a(x: 1, y: each(lines("gone")))"#))
        #expect(error.summary == "spec:1:17: cannot read 'gone'")
    }
}
