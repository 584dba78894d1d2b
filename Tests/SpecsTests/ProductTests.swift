import CBOR
import Specs
import Testing

@Suite("A call with product")
struct ProductTests {
    @Test("A call with product stands for all combinations, and the last sequence advances fastest")
    func combinations() throws {
        #expect(
            try arguments(#"a(x: product(1...2), y: product(["p", "q", "r"]), z: 0)"#)
                == [
                    #"{"x": 1, "y": "p", "z": 0}"#, #"{"x": 1, "y": "q", "z": 0}"#, #"{"x": 1, "y": "r", "z": 0}"#,
                    #"{"x": 2, "y": "p", "z": 0}"#, #"{"x": 2, "y": "q", "z": 0}"#, #"{"x": 2, "y": "r", "z": 0}"#,
                ]
        )
    }

    @Test("A call with product of several sequences has an array with an element of each")
    func arrays() throws {
        let expected = ["[1, 3]", "[1, 4]", "[2, 3]", "[2, 4]"].map { "[\"s\", \($0)]" }
        #expect(try arguments(#"a("s", product(1...2, [3, 4]))"#) == expected)
        let lists = FixedLists(argv: ["u", "v"], files: ["f": "m\nn\n"])
        #expect(
            try arguments(#"a(product(argv, lines("f")))"#, lists: lists) == [
                #"[["u", "m"]]"#, #"[["u", "n"]]"#, #"[["v", "m"]]"#, #"[["v", "n"]]"#,
            ]
        )
    }

    @Test("A call with product and each combines the sequences of each as one")
    func together() throws {
        #expect(
            try arguments("a(each([1, 2]), product([5, 6]), 3...4)")
                == ["[1, 5, 3]", "[1, 6, 3]", "[2, 5, 4]", "[2, 6, 4]"]
        )
    }

    @Test("A call with product of three and more sequences has as many calls as they have combinations")
    func many() throws {
        let calls = try arguments("a(product(0..<3), product(0..<4), product([7]), product(0..<5))")
        #expect(calls.count == 60)
        #expect(Set(calls).count == 60)
        #expect(calls.sorted() == calls)
        #expect(try arguments("a(product(0..<3), product([]), product(0..<5))").isEmpty)
    }

    @Test("A call with product takes no memory for combinations, and refuses more than can be counted")
    func large() throws {
        let half = "product(0..<2000000000)"
        #expect(try arguments("a(\(half), \(half))", limit: 3) == ["[0, 0]", "[0, 1]", "[0, 2]"])
        let error = try #require(firstError(in: "a(\(half), \(half), \(half))"))
        #expect(error.description.contains("there are more combinations than calls can be counted"))
        #expect(try arguments("a(\(half), \(half), \(half), product([]))").isEmpty)
    }

    @Test(
        "A call with product that is malformed is an error with its place",
        arguments: [
            ("a(product 1)", "1:11: expected '(' after 'product', found '1'"),
            ("a(product())", "1:11: expected an array, a range or a list after 'product(', found ')'"),
            ("a(product([1])", "1:15: expected ',' or ')', found the end"),
            ("a(product([1] [2]))", "1:15: expected ',' or ')' after what 'product' goes through, found '['"),
            ("a(product(each([1])))", "1:11: 'each' cannot stand inside 'product'"),
            ("a(each([product([1])]))", "1:9: 'product' cannot stand inside 'each'"),
            ("a(product(1))", "1:11: 'product' needs an array, a range or a list, not a number"),
            (#"a(chunks("f"))"#, "1:3: 'chunks' stands inside 'each(…)'"),
            (#"a(each(chunks("f", 0)))"#, "1:20: a chunk's size is a number of bytes up to 1073741824"),
            (#"a(each(chunks("f")), 1...2)"#, "1:8: beside 'chunks' no other sequence can advance"),
            (#"a(1...2, each(chunks("f")))"#, "1:15: beside 'chunks' no other sequence can advance"),
        ]
    )
    func malformed(spec: String, expected: String) throws {
        let error = try #require(firstError(in: spec, lists: FixedLists(files: ["f": "x"])))
        #expect(error.description.hasPrefix("spec:\(expected)"), "\(error)")
    }
}

@Suite("Lists of a call")
struct ListTests {
    @Test("lines0 is the parts of a file that end with a zero byte, with newlines in them")
    func zeroBytes() throws {
        let lists = FixedLists(files: ["f": "a\nb\0c\r\0\0d", "none": ""])
        #expect(
            try arguments(#"a(each(lines0("f")))"#, lists: lists) == [#"["a\nb"]"#, #"["c\r"]"#, #"[""]"#, #"["d"]"#]
        )
        #expect(try arguments(#"a(lines0("f"))"#, lists: lists).count == 1)
        #expect(try arguments(#"a(each(lines0("none")))"#, lists: lists).isEmpty)
    }

    @Test("chunks is blocks of lines, as many calls as the file has")
    func chunks() throws {
        let lists = FixedLists(files: ["f": "one\ntwo\nthree\n"])
        #expect(
            try arguments(#"a(1, each(chunks("f", 5)))"#, lists: lists) == [#"[1, "one\ntwo\n"]"#, #"[1, "three\n"]"#]
        )
    }

    @Test("stdin: follows arguments without labels, and is a map behind them")
    func input() throws {
        #expect(try arguments(#"sh("cat", stdin: "text")"#) == [#"["cat", {"stdin": "text"}]"#])
        #expect(
            try arguments(#"sh("cat", each([1, 2]), stdin: file(each(["a", "b"])))"#)
                == [#"["cat", 1, {"stdin": {"file": "a"}}]"#, #"["cat", 2, {"stdin": {"file": "b"}}]"#]
        )
        let after = try #require(firstError(in: #"sh("cat", stdin: "a", "b")"#))
        #expect(after.description.hasPrefix("spec:1:23: nothing follows the argument 'stdin'"), "\(after)")
        let other = try #require(firstError(in: #"sh("cat", input: "a")"#))
        #expect(other.description.contains("the argument has a label, and the ones before it have none"), "\(other)")
    }
}

@Suite("Words of a shell")
struct ShellWordTests {
    @Test(
        "Words of a shell are quoted only where they must be",
        arguments: [
            ("abc-1.2/x,y", "abc-1.2/x,y"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("$x", "'$x'"),
            ("a=b", "'a=b'"), ("~", "'~'"), ("ü", "'ü'"),
        ]
    )
    func quoting(word: String, expected: String) {
        #expect(String(decoding: ShellWord.quote(Array(word.utf8)), as: UTF8.self) == expected)
    }
}
